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

from socle.bd.audit import sceller
from socle.bd.executeur import Executeur
from socle.bd.moteur import ouvrir_moteur
from socle.bd.purge import purger
from socle.bus.consommateur import Consommateur
from socle.bus.jalons import Jalonneur
from socle.bus.kafka import ReglagesBus, creer_sujets
from socle.bus.reception import Reception
from socle.bus.relais import Relais
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.releves import releve_base, sonde_base, sonde_bus, sonde_trous
from socle.exploitation.sante import Sante
from socle.exploitation.traces import installer_traces
from socle.horloge import choisir_horloge
from socle.noyau import Horloge
from socle.reglages import Reglages
from socle.service import Monde, Service, Travail
from socle.travaux import tourner_travail
from socle.web.application import application_de_role, creer_application
from socle.web.jetons import ClesPubliques, Verificateur

D = TypeVar("D")


class ReglageManquant(Exception):
    """Un réglage requis par le rôle n'est pas donné; le message dit lequel."""


@dataclass(slots=True)
class Roles(Generic[D]):
    """Assemble et fait tourner les rôles demandés d'un service."""

    service: Service[D]
    reglages: Reglages
    arret: Arret = field(default_factory=Arret)
    horloge: Horloge = field(init=False)

    def __post_init__(self) -> None:
        self.horloge = choisir_horloge(self.reglages.horloge_fichier, self.reglages.mode)

    async def tourner(self, roles: frozenset[str]) -> None:
        """Fait tourner les rôles jusqu'à l'arrêt, puis ferme tout dans l'ordre."""
        async with AsyncExitStack() as pile:
            pile.enter_context(self._traces("-".join(sorted(roles))))
            taches: list[Coroutine[Any, Any, None]] = []
            if "api" in roles:
                taches += await self._api(pile)
            if "consommateur" in roles:
                taches += await self._consommateur(pile)
            if "relais" in roles:
                taches += await self._relais(pile)
            self.arret.sur_signaux()
            async with asyncio.TaskGroup() as groupe:
                for tache in taches:
                    groupe.create_task(self._jusqua_l_arret(tache))

    async def _jusqua_l_arret(self, tache: Coroutine[Any, Any, None]) -> None:
        try:
            await tache
        finally:
            self.arret.demander()

    async def _api(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self._moteur("api"))
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
        application = creer_application(
            nom=self.service.nom,
            titre=self.service.titre,
            version=self.service.version,
            routes=self.service.routes,
            executeur=self.executeur(moteur),
            verificateur=Verificateur(identite, ClesPubliques(identite.jwks)),
            sante=sante,
            mesures=mesures,
        )
        if self.service.etat is not None:
            for nom, objet in self.service.etat(self.reglages).items():
                setattr(application.state, nom, objet)
        return application

    async def _consommateur(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self._moteur("interne"))
        mesures, sante = Mesures(self.service.nom), Sante()
        sante.sondes |= {"base": sonde_base(moteur), "bus": sonde_bus(self.bus.adresses)}
        mesures.releves.append(releve_base(moteur, mesures, self.service.jauges))
        application = application_de_role(f"{self.service.nom}, consommateur", sante, mesures)
        port = self.reglages.http.port_consommateur or self.service.port + 100
        taches = [self._servir(application, port)]
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
            sante.degradations["suites"] = sonde_trous(moteur)
            mesures.releves.append(boucle.relever)
            taches.append(self._avec_sujets(sante, "consommateur", boucle.tourner))
        return taches

    async def _relais(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self._moteur("interne"))
        mesures, sante = Mesures(self.service.nom), Sante()
        sante.sondes |= {"base": sonde_base(moteur), "bus": sonde_bus(self.bus.adresses)}
        sante.surveiller("relais")
        mesures.releves.append(releve_base(moteur, mesures, self.service.jauges))
        relais = Relais(moteur, self.bus, f"sbg-{self.service.nom}", sante, mesures)
        monde = Monde(self.executeur(moteur), self.reglages, mesures)
        travaux = (*self._travaux_du_socle(moteur, relais), *self.service.travaux)
        application = application_de_role(f"{self.service.nom}, relais", sante, mesures)
        port = self.reglages.http.port_relais or self.service.port + 200
        return [
            self._servir(application, port),
            self._avec_sujets(sante, "relais", relais.tourner),
            *(tourner_travail(moteur, travail, monde, sante, self.arret) for travail in travaux),
        ]

    def _travaux_du_socle(self, moteur: AsyncEngine, relais: Relais) -> tuple[Travail[D], ...]:
        jalonneur = Jalonneur(moteur, relais, self.service.sujet, self.horloge)
        return (
            Travail(
                "jalons", 0.2 if self.reglages.mode == "demo" else 1.0, lambda _: jalonneur.faire()
            ),
            Travail("sceaux", 5.0, lambda _: sceller(moteur)),
            Travail("purge", 60.0, lambda _: purger(moteur, self._garde("audit"))),
        )

    async def _avec_sujets(
        self, sante: Sante, boucle: str, tourner: Callable[[Arret], Awaitable[None]]
    ) -> None:
        """Crée les sujets manquants, avec patience, puis fait tourner la boucle."""
        while not self.arret.demande:
            try:
                await asyncio.wait_for(creer_sujets(self.bus, self.service.sujets), 20)
            except Exception as erreur:  # noqa: BLE001 -- le bus n'est pas encore là : on attend
                sante.signaler(boucle, f"bus injoignable ({type(erreur).__name__})")
                await self.arret.attendre(1.0)
            else:
                await tourner(self.arret)
                return

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

    def executeur(self, moteur: AsyncEngine) -> Executeur[D]:
        """L'exécuteur du service sur ce moteur."""
        return Executeur(
            moteur,
            self.service.sujet,
            self.service.ouvrir_depots,
            self.service.publication,
            self.horloge,
            self._garde("reponses"),
        )

    def reception(self, moteur: AsyncEngine, mesures: Mesures) -> Reception[D]:
        """La réception du service sur ce moteur."""
        return Reception(
            self.executeur(moteur),
            self.service.ecoutes,
            self.service.nom,
            mesures,
            self._garde("receptions"),
        )

    def _garde(self, quoi: str) -> timedelta:
        return timedelta(days=getattr(self.reglages.conservation, quoi))

    @asynccontextmanager
    async def _moteur(self, role: str) -> AsyncIterator[AsyncEngine]:
        moteur = ouvrir_moteur(self.dsn(role), self.reglages.base.delais)
        try:
            yield moteur
        finally:
            await moteur.dispose()

    def dsn(self, role: str) -> SecretStr:
        """Le DSN d'un rôle; lève `ReglageManquant`."""
        dsn: SecretStr | None = getattr(self.reglages.base, role)
        if dsn is None:
            raise ReglageManquant(f"SBG_BASE__{role.upper()} est requis.")
        return dsn

    @contextlib.contextmanager
    def _traces(self, role: str) -> Iterator[None]:
        fournisseur = installer_traces(self.service.nom, role, self.reglages.traces)
        try:
            yield
        finally:
            if fournisseur is not None:
                fournisseur.shutdown()


class _Serveur(uvicorn.Server):
    """Un serveur qui laisse les signaux au socle : plusieurs rôles, un seul arrêt."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
