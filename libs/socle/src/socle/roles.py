"""Les rôles d'un processus : api, consommateur, relais; chacun avec son port, ensemble ou seul."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

from fastapi import FastAPI
from pydantic import SecretStr

from noyau import Horloge
from socle.bd.moteur import Moteur, ouvrir_moteur
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
from socle.reglages import ReglageManquant, Reglages, RoleBase
from socle.schema.migration import noms_des_tables
from socle.schema.migrer import migrer, revisions
from socle.service import TACHES_DU_SOCLE, Contexte, Service, Tache
from socle.surveillance.controle import BaseAttendue, ControleBase, RoleDeService
from socle.surveillance.jauges import jauges_de_base
from socle.surveillance.sondes import (
    sonde_bus,
    sonde_cles,
    sonde_jalon,
    sonde_trous,
    sonde_vue,
)
from socle.taches import tourner_tache
from socle.web.application import application_de_gestion, creer_application
from socle.web.exemples import lire_exemples
from socle.web.jetons import ClesPubliques, Verificateur
from socle.web.serveur import servir

R = TypeVar("R", bound=Reglages)


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
        publique, gestion = self.applications(moteur)
        port = self.reglages.http.port_gestion or self.port + 300
        return [self._servir(publique, self.port), self._servir(gestion, port)]

    @property
    def port(self) -> int:
        """Le port public du service."""
        return self.reglages.http.port or self.service.port

    def applications(self, moteur: Moteur) -> tuple[FastAPI, FastAPI]:
        """L'application publique, sur un moteur du rôle `api`, et celle de sa gestion."""
        identite = self.reglages.identite
        if identite is None:
            raise ReglageManquant("SBG_IDENTITE__EMETTEUR et SBG_IDENTITE__JWKS sont requis.")
        mesures = Mesures(self.service.nom)
        sante, cles = self._sante(moteur, "api"), ClesPubliques.de(identite)
        sante.sondes["identité"] = sonde_cles(cles.lues)
        if self.reglages.bus is not None:
            sante.degradations["bus"] = sonde_bus(self.reglages.bus.adresses)
        publique = creer_application(
            nom=self.service.nom,
            titre=self.service.titre,
            version=self.service.version,
            sections=self.service.sections,
            exemples=lire_exemples(self.service.exemples),
            routes=self.service.routes(self.reglages),
            executeur=self.executeur(moteur),
            verificateur=Verificateur(identite, cles, self.service.annuaire),
            mesures=mesures,
            debit=self.reglages.debit,
            relisibles=self.service.relisibles(self.reglages),
            origines=self.reglages.http.origines,
        )
        return publique, application_de_gestion(f"{self.service.nom}, api", sante, mesures)

    async def _consommateur(self, pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        moteur = await pile.enter_async_context(self.moteur("interne"))
        mesures, sante = Mesures(self.service.nom), self._sante(moteur, "interne")
        sante.sondes["bus"] = sonde_bus(self.bus.adresses)
        mesures.actualisations.append(jauges_de_base(moteur, mesures, self.service.jauges))
        application = application_de_gestion(f"{self.service.nom}, consommateur", sante, mesures)
        port = self.reglages.http.port_consommateur or self.port + 100
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
        # Le verrou d'une tâche tient une connexion tant qu'elle se fait, et elle en prend d'autres.
        verrous = len(TACHES_DU_SOCLE) + len(self.taches)
        moteur = await pile.enter_async_context(self.moteur("interne", verrous))
        mesures, sante = Mesures(self.service.nom), self._sante(moteur, "interne")
        sante.sondes["bus"] = sonde_bus(self.bus.adresses)
        sante.surveiller("relais")
        sante.degradations["jalon"] = sonde_jalon(moteur, self.service.sujet)
        for nom, vue in self.service.degradations.items():
            sante.degradations[nom] = sonde_vue(moteur, vue)
        mesures.actualisations.append(jauges_de_base(moteur, mesures, self.service.jauges))
        relais = Relais(moteur, self.bus, f"sbg-{self.service.nom}", sante, mesures)
        contexte = Contexte(self.executeur(moteur), mesures)
        taches = (*self._taches_du_socle(moteur, relais), *self.taches.values())
        application = application_de_gestion(f"{self.service.nom}, relais", sante, mesures)
        port = self.reglages.http.port_relais or self.port + 200
        return [
            self._servir(application, port),
            self._avec_sujets(sante, "relais", relais.tourner),
            *(tourner_tache(moteur, tache, contexte, sante, self.arret) for tache in taches),
        ]

    @property
    def taches(self) -> dict[str, Tache]:
        """Les tâches périodiques du service, par nom."""
        return self.service.taches(self.reglages)

    def _taches_du_socle(self, moteur: Moteur, relais: Relais) -> tuple[Tache, ...]:
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

    def _servir(self, application: FastAPI, port: int) -> Coroutine[Any, Any, None]:
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

    def _controle(self, moteur: Moteur, role: RoleDeService) -> ControleBase:
        attendue = BaseAttendue(
            self.service.nom,
            role,
            revisions(self.service.migrations),
            noms_des_tables(self.service.tables),
        )
        return ControleBase(moteur, attendue)

    def _sante(self, moteur: Moteur, role: RoleDeService) -> Sante:
        """La santé d'un rôle, qui s'assure de sa base."""
        controle = self._controle(moteur, role)
        return Sante(sondes={"base": controle.sonder}, degradations={"schéma": controle.avance})

    @asynccontextmanager
    async def moteur(self, role: RoleDeService, verrous: int = 0) -> AsyncIterator[Moteur]:
        """Le moteur d'un rôle, fermé en sortant; `verrous` : ses connexions tenues longtemps.

        Lève `ReglageManquant`, ou `BaseRefusee` si la base répond et n'est pas la sienne.
        """
        delais = self.reglages.base.delais
        delais = delais.model_copy(update={"reserve": delais.reserve + verrous})
        moteur = ouvrir_moteur(self.dsn(role), delais)
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
