"""Les rôles d'un processus : api, consommateur, relais; chacun avec son port, ensemble ou seul."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from noyau import Horloge
from socle.bd.moteur import ouvrir_moteur
from socle.bus.kafka import ReglagesBus, creer_sujets, preparer_sujets
from socle.conservation import purger
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais
from socle.execution.deroulement import Deroulement
from socle.execution.executeur import Executeur
from socle.execution.sceaux import sceller
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.exploitation.traces import installer_traces
from socle.horloge import choisir_horloge
from socle.reception.consommateur import Consommateur
from socle.reception.reception import Reception
from socle.reglages import Reglages, RoleBase
from socle.schema.migrer import migrer
from socle.service import Contexte, Service, Tache
from socle.surveillance.jauges import jauges_de_base
from socle.surveillance.sondes import sonde_base, sonde_bus, sonde_jalon, sonde_trous
from socle.taches import tourner_tache
from socle.web.application import application_de_role, creer_application
from socle.web.exemples import lire_exemples
from socle.web.jetons import ClesPubliques, Verificateur

R = TypeVar("R", bound=Reglages)


class ReglageManquant(Exception):
    """Un réglage requis par le rôle n'est pas donné; le message dit lequel."""


@dataclass(slots=True)
class Roles(Generic[R]):
    """Assemble et fait tourner les rôles demandés d'un service."""

    service: Service[R]
    reglages: R
    arret: Arret = field(default_factory=Arret)
    horloge: Horloge = field(init=False)

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
            if "api" in roles:
                boucles += await self._api(pile)
            if "consommateur" in roles:
                boucles += await self._consommateur(pile)
            if "relais" in roles:
                boucles += await self._relais(pile)
            self.arret.sur_signaux()
            async with asyncio.TaskGroup() as groupe:
                for boucle in boucles:
                    groupe.create_task(self._jusqua_l_arret(boucle))

    async def _jusqua_l_arret(self, boucle: Coroutine[Any, Any, None]) -> None:
        try:
            await boucle
        finally:
            self.arret.demander()

    async def _api(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self.moteur("api"))
        application = self.application(moteur)
        return [self._servir(application, self.reglages.http.port or self.service.port)]

    def application(self, moteur: AsyncEngine) -> FastAPI:
        """L'application HTTP, sur un moteur du rôle `api`."""
        identite = self.reglages.identite
        if identite is None:
            raise ReglageManquant("SBG_IDENTITE__EMETTEUR et SBG_IDENTITE__JWKS sont requis.")
        mesures = Mesures(self.service.nom)
        sante = Sante(sondes={"base": sonde_base(moteur)})
        if self.reglages.bus is not None:
            sante.degradations["bus"] = sonde_bus(self.reglages.bus.adresses)
        return creer_application(
            nom=self.service.nom,
            titre=self.service.titre,
            version=self.service.version,
            sections=self.service.sections,
            exemples=lire_exemples(self.service.exemples),
            routes=self.service.routes(self.reglages),
            executeur=self.executeur(moteur),
            verificateur=Verificateur(
                identite, ClesPubliques(identite.jwks), self.service.annuaire
            ),
            sante=sante,
            mesures=mesures,
            debit=self.reglages.debit,
        )

    async def _consommateur(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self.moteur("interne"))
        mesures, sante = Mesures(self.service.nom), Sante()
        sante.sondes |= {"base": sonde_base(moteur), "bus": sonde_bus(self.bus.adresses)}
        mesures.actualisations.append(jauges_de_base(moteur, mesures, self.service.jauges))
        application = application_de_role(f"{self.service.nom}, consommateur", sante, mesures)
        port = self.reglages.http.port_consommateur or self.service.port + 100
        boucles = [self._servir(application, port)]
        if self.service.ecoutes:
            boucle = Consommateur(
                reception=self.reception(moteur, mesures),
                bus=self.bus,
                sujets=self.service.sujets_lus,
                groupe=self.service.nom,
                sante=sante,
                mesures=mesures,
            )
            sante.surveiller("consommateur")
            sante.degradations["séquences"] = sonde_trous(moteur)
            mesures.actualisations.append(boucle.actualiser)
            boucles.append(self._avec_sujets(sante, "consommateur", boucle.tourner))
        return boucles

    async def _relais(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self.moteur("interne"))
        mesures, sante = Mesures(self.service.nom), Sante()
        sante.sondes |= {"base": sonde_base(moteur), "bus": sonde_bus(self.bus.adresses)}
        sante.surveiller("relais")
        sante.degradations["jalon"] = sonde_jalon(moteur, self.service.sujet)
        mesures.actualisations.append(jauges_de_base(moteur, mesures, self.service.jauges))
        relais = Relais(moteur, self.bus, f"sbg-{self.service.nom}", sante, mesures)
        contexte = Contexte(self.executeur(moteur), mesures)
        taches = (*self._taches_du_socle(moteur, relais), *self.taches.values())
        application = application_de_role(f"{self.service.nom}, relais", sante, mesures)
        port = self.reglages.http.port_relais or self.service.port + 200
        return [
            self._servir(application, port),
            self._avec_sujets(sante, "relais", relais.tourner),
            *(tourner_tache(moteur, tache, contexte, sante, self.arret) for tache in taches),
        ]

    @property
    def taches(self) -> dict[str, Tache]:
        """Les tâches périodiques du service, par nom."""
        return self.service.taches(self.reglages)

    def _taches_du_socle(self, moteur: AsyncEngine, relais: Relais) -> tuple[Tache, ...]:
        jalonneur = Jalonneur(moteur, relais, self.service.sujet, self.horloge)
        audit = timedelta(days=self.reglages.conservation.audit)
        cadence = 0.2 if self.reglages.mode == "demo" else 1.0
        return (
            Tache("jalons", cadence, lambda _: jalonneur.faire()),
            Tache("sceaux", 5.0, lambda _: sceller(moteur)),
            Tache("purge", 60.0, lambda _: purger(moteur, audit)),
        )

    async def _avec_sujets(
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
        await migrer(self.dsn("migrer"), self.service.migrations)
        if self.reglages.bus is not None:
            await creer_sujets(self.reglages.bus, self.service.sujets)

    async def _servir(self, application: FastAPI, port: int) -> None:
        serveur = _Serveur(
            uvicorn.Config(
                application,
                host=self.reglages.http.hote,
                port=port,
                log_level="warning",
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=self.reglages.http.arret_secondes,
            )
        )
        async with asyncio.TaskGroup() as groupe:
            service = groupe.create_task(serveur.serve())
            attente = groupe.create_task(self.arret.attendre())
            await asyncio.wait({service, attente}, return_when=asyncio.FIRST_COMPLETED)
            serveur.should_exit = True
            await service
            attente.cancel()

    @property
    def bus(self) -> ReglagesBus:
        if self.reglages.bus is None:
            raise ReglageManquant("SBG_BUS__ADRESSES est requis.")
        return self.reglages.bus

    def executeur(self, moteur: AsyncEngine) -> Executeur:
        """L'exécuteur du service sur ce moteur."""
        service = self.service
        deroulement = Deroulement(service.sujet, service.prises, service.publications, self.horloge)
        return Executeur(moteur, deroulement, timedelta(days=self.reglages.conservation.reponses))

    def reception(self, moteur: AsyncEngine, mesures: Mesures) -> Reception:
        """La réception du service sur ce moteur."""
        return Reception(
            self.executeur(moteur),
            self.service.ecoutes,
            self.service.nom,
            mesures,
            timedelta(days=self.reglages.conservation.receptions),
        )

    @asynccontextmanager
    async def moteur(self, role: RoleBase) -> AsyncIterator[AsyncEngine]:
        """Le moteur d'un rôle, fermé en sortant; lève `ReglageManquant`."""
        moteur = ouvrir_moteur(self.dsn(role), self.reglages.base.delais)
        try:
            yield moteur
        finally:
            await moteur.dispose()

    def dsn(self, role: RoleBase) -> SecretStr:
        """Le DSN d'un rôle; lève `ReglageManquant`."""
        dsn = self.reglages.base.acces(role)
        if dsn is None:
            raise ReglageManquant(f"SBG_BASE__{role.upper()} est requis.")
        return dsn


class _Serveur(uvicorn.Server):
    """Un serveur qui laisse les signaux au socle : plusieurs rôles, un seul arrêt."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
