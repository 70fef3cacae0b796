"""L'exécuteur : le seul endroit du dépôt où une transaction se commet.

Une écriture réclame sa clé, déroule son cas d'usage, présente la réponse, la garde, consigne
l'audit, dépose les faits, commet, et alors seulement répond. Route, écoute et travail passent
par le même chemin.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from socle.bd.consignation import (
    LigneSortante,
    Reclamation,
    Reponse,
    Trace,
    envoyer,
    garder,
    reclamer,
)
from socle.bd.moteur import brute
from socle.bd.pannes import est_a_reprendre
from socle.bd.portee import Portee
from socle.bus.publication import Publication
from socle.exploitation.traces import traceparent
from socle.noyau import Acte, Acteur, Fait, Horloge, Issue
from socle.points import point

C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")

CasUsage = Callable[[C, D, Acte], Awaitable[Issue[T]]]
ESSAIS = 4


@asynccontextmanager
async def transaction(moteur: AsyncEngine, portee: Portee) -> AsyncIterator[AsyncConnection]:
    """Une transaction READ COMMITTED sous une portée; commise à la sortie, annulée sur exception.

    Une annulation de tâche ne commet rien et jette la connexion : on ne sait pas où elle en est.
    """
    async with moteur.connect() as connexion:
        pilote = brute(connexion)
        try:
            await pilote.execute(portee.debut)
            yield connexion
            point("avant_commit")
            await pilote.execute("COMMIT")
        except Exception:
            await _annuler(connexion, pilote)
            raise
        except BaseException:
            await connexion.invalidate()
            raise
    point("apres_commit")


async def _annuler(connexion: AsyncConnection, pilote: asyncpg.Connection) -> None:
    try:
        if pilote.is_in_transaction():
            await pilote.execute("ROLLBACK")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connexion.invalidate()


async def reprendre(essai: Callable[[], Awaitable[T]]) -> T:
    """Refait une transaction que la base a sacrifiée (40001, 40P01), un nombre borné de fois."""
    for reste in range(ESSAIS - 1, -1, -1):
        try:
            return await essai()
        except Exception as erreur:
            if not (reste and est_a_reprendre(erreur)):
                raise
            await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311 -- gigue
    raise AssertionError


@dataclass(frozen=True, slots=True)
class Demarche:
    """Un acte à exécuter : qui le pose, sous quelle clé, sur quel objet."""

    acteur: Acteur
    reclamation: Reclamation
    objet: str


@dataclass(frozen=True, slots=True)
class Executeur(Generic[D]):
    """Exécute les cas d'usage d'un service sous un rôle de base de données."""

    moteur: AsyncEngine
    sujet: str
    ouvrir_depots: Callable[[AsyncConnection], D]
    publication: Callable[[Fait], Publication | None]
    horloge: Horloge
    garde: timedelta = timedelta(days=7)
    """Combien de temps la réponse d'un acte se garde, pour le même appel répété."""

    async def ecrire(
        self,
        demarche: Demarche,
        portee: Portee,
        cas: CasUsage[C, D, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        """Exécute un cas d'usage une seule fois par clé; rend la réponse une fois commise.

        Lève ce que le cas d'usage refuse, `ActeEnCours` ou `CleReutilisee`.
        """

        async def essai() -> Reponse:
            async with transaction(self.moteur, portee) as connexion:
                return await self._derouler(connexion, demarche, cas, commande, presenter)

        return await reprendre(essai)

    async def _derouler(
        self,
        connexion: AsyncConnection,
        demarche: Demarche,
        cas: CasUsage[C, D, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        pilote = brute(connexion)
        deja, jalon = await reclamer(pilote, demarche.reclamation)
        if deja is not None:
            return deja
        maintenant = self.horloge()
        acte = Acte(demarche.acteur, max(maintenant, jalon) if jalon else maintenant)
        issue = await cas(commande, self.ouvrir_depots(connexion), acte)
        reponse = presenter(issue.valeur)
        trace = traceparent()
        lignes = self.lignes(issue, trace)
        await envoyer(pilote, lignes, acte.le)
        await garder(
            pilote,
            Trace(
                le=acte.le,
                acteur=demarche.acteur.sujet,
                organisme=demarche.reclamation.organisme,
                operation=demarche.reclamation.operation,
                objet=demarche.objet,
                empreinte=demarche.reclamation.empreinte,
                trace=trace,
            ),
            [ligne.type for ligne in lignes],
            demarche.reclamation,
            reponse,
            self.garde,
        )
        return reponse

    def lignes(self, issue: Issue[object], trace: str) -> list[LigneSortante]:
        """Traduit les faits d'une issue en lignes de la boîte d'envoi."""
        publiees = (self.publication(fait) for fait in issue.faits)
        en_tetes = {"traceparent": trace} if trace else {}
        return [LigneSortante.de(p, self.sujet, en_tetes) for p in publiees if p is not None]

    async def lire(self, portee: Portee, vue: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Lit sous une portée, dans une transaction qui ne laisse rien derrière elle."""
        async with transaction(self.moteur, portee) as connexion:
            return await vue(connexion)
