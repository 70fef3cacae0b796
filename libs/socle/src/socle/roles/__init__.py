"""Les rôles d'un processus : api, consommateur, relais; chacun avec son port, ensemble ou seul."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import import_module
from typing import Any, Final, Generic, TypeVar

from pydantic import SecretStr
from starlette.types import ASGIApp

from noyau import Horloge
from socle.bd.moteur import Moteur, ouvrir_moteur
from socle.bus.kafka import ReglagesBus, creer_sujets, preparer_sujets
from socle.execution.deroulement import Deroulement
from socle.execution.executeur import Executeur
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.exploitation.traces import installer_traces
from socle.horloge import choisir_horloge
from socle.reception.reception import Reception
from socle.reglages import ReglageManquant, Reglages, RoleBase
from socle.schema.attendu import noms_des_tables, revisions
from socle.serveur.servir import servir
from socle.service import Service, Tache
from socle.surveillance.controle import BaseAttendue, ControleBase, RoleDeService

R = TypeVar("R", bound=Reglages)
ROLES: Final = ("api", "consommateur", "relais")
"""Chacun est un module d'ici, que seul importe qui le fait tourner."""


@dataclass(slots=True)
class Roles(Generic[R]):
    """Assemble et fait tourner les rôles demandés d'un service."""

    service: Service[R]
    reglages: R
    arret: Arret = field(default_factory=Arret)
    horloge: Horloge = field(init=False)

    _ports: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.horloge = choisir_horloge(self.reglages.horloge_fichier, self.reglages.mode)

    async def tourner(self, roles: frozenset[str]) -> None:
        """Fait tourner les rôles jusqu'à l'arrêt, puis ferme tout dans l'ordre."""
        async with AsyncExitStack() as pile:
            nom = "-".join(sorted(roles))
            fournisseur = installer_traces(self.service.nom, nom, self.reglages.traces)
            if fournisseur is not None:
                pile.callback(fournisseur.shutdown)
            boucles: list[Coroutine[Any, Any, None]] = []
            # Un rôle qui ne peut démarrer laisse là ceux d'avant, jamais lancés.
            pile.callback(lambda: [boucle.close() for boucle in boucles])
            for role in ROLES:
                if role in roles:
                    module = import_module(f"socle.roles.{role}")
                    boucles += await module.monter(self, pile)
            self.arret.sur_signaux()
            async with asyncio.TaskGroup() as groupe:
                for boucle in boucles:
                    groupe.create_task(self._jusqua_l_arret(boucle))

    async def _jusqua_l_arret(self, boucle: Coroutine[Any, Any, None]) -> None:
        try:
            await boucle
        finally:
            self.arret.demander()

    @property
    def port(self) -> int:
        """Le port public du service."""
        return self.reglages.http.port or self.service.port

    @property
    def taches(self) -> dict[str, Tache]:
        """Les tâches périodiques du service, par nom."""
        return self.service.taches(self.reglages)

    async def avec_sujets(
        self, sante: Sante, boucle: str, tourner: Callable[[Arret], Awaitable[None]]
    ) -> None:
        """Attend les sujets du service, avec patience, puis fait tourner la boucle."""
        while not self.arret.demande:
            try:
                absents = await asyncio.wait_for(preparer_sujets(self.bus, self.service.sujets), 20)
            except Exception as erreur:  # noqa: BLE001 -- le bus n'est pas encore là : on attend
                sante.signaler(boucle, f"bus injoignable ({type(erreur).__name__})")
            else:
                if not absents:
                    await tourner(self.arret)
                    return
                noms = ", ".join(absents)
                motif = f"sujets absents ou interdits, que « migrer » crée : {noms}"
                sante.signaler(boucle, motif)
            await self.arret.attendre(1.0)

    async def migrer(self) -> None:
        """Met la base au schéma du code, puis crée les sujets du bus qui manquent, s'il est dit."""
        from socle.schema.migrer import migrer  # noqa: PLC0415 -- alembic, pour cette commande seule

        await migrer(self.dsn("migrer"), self.service.migrations)
        if self.reglages.bus is not None:
            await creer_sujets(self.reglages.bus, self.service.sujets)

    def servir(self, application: ASGIApp, port: int) -> Coroutine[Any, Any, None]:
        """De quoi servir cette application; lève `ReglageManquant` si le port ne se prend pas."""
        http = self.reglages.http
        if port in self._ports:
            raise ReglageManquant(f"Deux rôles de ce processus écouteraient le port {port}.")
        self._ports.add(port)
        try:
            socket.create_server((http.hote, port), family=_famille(http.hote)).close()
        except OSError:
            raise ReglageManquant(
                f"{http.hote}:{port} ne s'écoute pas : port pris, ou adresse d'une autre machine."
            ) from None
        return servir(
            application,
            http.hote,
            port,
            self.arret,
            patience=http.arret_secondes,
            bornes=http.bornes,
            mandataires=[str(reseau) for reseau in http.mandataires],
        )

    @property
    def bus(self) -> ReglagesBus:
        if self.reglages.bus is None:
            raise ReglageManquant("SBG_BUS__ADRESSES est requis.")
        return self.reglages.bus

    def executeur(self, moteur: Moteur) -> Executeur:
        """L'exécuteur du service sur ce moteur."""
        service = self.service
        deroulement = Deroulement(service.sujet, service.prises, service.publications, self.horloge)
        garde = timedelta(days=self.reglages.conservation.reponses)
        return Executeur(moteur, deroulement, garde, service.dictionnaire)

    def reception(self, moteur: Moteur, mesures: Mesures) -> Reception:
        """La réception du service sur ce moteur."""
        return Reception(
            self.executeur(moteur),
            self.service.ecoutes,
            self.service.nom,
            mesures,
            timedelta(days=self.reglages.conservation.receptions),
            evenements=self.service.evenements,
        )

    def orphelins(self, moteur: Moteur) -> Reception:
        """Ce que le service retient de ses faits que sa base ne sait plus."""
        reception = self.reception(moteur, Mesures(self.service.nom))
        return replace(reception, ecoutes=self.service.orphelins, evenements=())

    def _controle(self, moteur: Moteur, role: RoleDeService) -> ControleBase:
        attendue = BaseAttendue(
            self.service.nom,
            role,
            revisions(self.service.migrations),
            noms_des_tables(self.service.tables),
        )
        return ControleBase(moteur, attendue)

    def sante(self, moteur: Moteur, role: RoleDeService) -> Sante:
        """La santé d'un rôle, qui s'assure de sa base."""
        controle = self._controle(moteur, role)
        return Sante(sondes={"base": controle.sonder}, degradations={"schéma": controle.avance})

    @asynccontextmanager
    async def moteur(
        self, role: RoleDeService, *, malgre_l_entretien: bool = False
    ) -> AsyncIterator[Moteur]:
        """Le moteur d'un rôle, fermé en sortant; il écrit malgré l'entretien s'il est dit.

        Lève `ReglageManquant`, ou `BaseRefusee` si la base répond et n'est pas la sienne.
        """
        delais = self.reglages.base.delais
        moteur = ouvrir_moteur(self.dsn(role), delais, malgre_l_entretien=malgre_l_entretien)
        try:
            await self._controle(moteur, role).exiger()
            yield moteur
        finally:
            await moteur.fermer()

    def dsn(self, role: RoleBase) -> SecretStr:
        """Le DSN d'un rôle; lève `ReglageManquant`."""
        dsn = self.reglages.base.acces(role)
        if dsn is None:
            raise ReglageManquant(f"SBG_BASE__{role.upper()} est requis.")
        return dsn


def _famille(hote: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in hote else socket.AF_INET
