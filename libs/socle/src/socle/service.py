"""Ce qu'un service déclare de lui-même, et le monde que le socle lui construit."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from fastapi import APIRouter
from sqlalchemy import MetaData, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from socle.bd.consignation import Reclamation, Reponse
from socle.bd.executeur import CasUsage, Demarche, Executeur
from socle.bd.portee import INTERNE
from socle.bus.ecoutes import Ecoutes, sujet_des_rebuts, sujet_du_producteur, sujets_ecoutes
from socle.bus.publication import Publication
from socle.exploitation.mesures import Jauge, Mesures
from socle.noyau import Acteur, Fait
from socle.reglages import Reglages

C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Monde(Generic[D]):
    """Ce qu'un travail reçoit : exécuteur interne, réglages, mesures."""

    executeur: Executeur[D]
    reglages: Reglages
    mesures: Mesures

    async def executer(
        self, travail: str, cas: CasUsage[C, D, T], commande: C, *, cle: str, organisme: str = "*"
    ) -> T | None:
        """Exécute un cas d'usage une fois par clé; rend sa valeur, ou rien si c'était déjà fait."""
        rendu: list[T] = []

        def retenir(valeur: T) -> Reponse:
            rendu[:] = [valeur]
            return Reponse()

        reclamation = Reclamation(
            appelant=f"travail:{travail}",
            operation=cas.__name__,
            cle=cle,
            empreinte=bytes(32),
            organisme=organisme,
        )
        demarche = Demarche(Acteur(f"travail:{travail}"), reclamation, f"{cas.__name__}:{cle}")
        await self.executeur.ecrire(demarche, INTERNE, cas, commande, retenir)
        return rendu[0] if rendu else None

    async def lire(self, vue: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Lit sous le rôle interne."""
        return await self.executeur.lire(INTERNE, vue)


@dataclass(frozen=True, slots=True)
class Travail(Generic[D]):
    """Un travail périodique du rôle relais; `faire` rend le nombre de choses faites.

    Un seul réplica le fait à la fois. S'il rend plus que zéro, il recommence aussitôt.
    """

    nom: str
    cadence: float
    faire: Callable[[Monde[D]], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[D]):
    """La déclaration d'un service : tout ce que le socle doit en savoir."""

    nom: str
    titre: str
    port: int
    tables: MetaData
    migrations: Path
    ouvrir_depots: Callable[[AsyncConnection], D]
    publication: Callable[[Fait], Publication | None]
    routes: Sequence[APIRouter]
    ecoutes: Ecoutes
    travaux: Sequence[Travail[D]] = ()
    jauges: Sequence[Jauge] = ()
    modeles_de_lecture: Sequence[Table] = ()
    reglages: type[Reglages] = Reglages
    version: str = "0.1.0"
    etat: Callable[[Reglages], dict[str, Any]] | None = None
    """Objets de longue vie que les routes liront dans `request.app.state`."""

    @property
    def sujet(self) -> str:
        """Le sujet du bus où ce service publie."""
        return sujet_du_producteur(self.nom)

    @property
    def sujets_lus(self) -> tuple[str, ...]:
        return sujets_ecoutes(self.ecoutes)

    @property
    def sujets(self) -> tuple[str, ...]:
        """Tous les sujets dont ce service a besoin."""
        rebuts = (sujet_des_rebuts(sujet, self.nom) for sujet in self.sujets_lus)
        return (self.sujet, *self.sujets_lus, *rebuts)
