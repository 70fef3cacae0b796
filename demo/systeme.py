"""Le système entier sur une machine nue : moteurs, bases, cinq processus, une horloge conduite."""

import asyncio
import base64
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from demo.defauts import SystemeEnDefaut
from demo.ports import PORT, SERVICES, Ports, ports_libres, service_de
from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.moteurs import MoteurIndisponible, Moteurs, kafka_reel, moteurs
from outils.moteurs.processus import Serveur, fin_du_journal
from socle.horloge import HorlogeFichier
from socle.schema.migrer import migrer
from socle.schema.provisionnement import ROLES, Acces, provisionner
from socle.service import Service

ATTENTE_DEPART = 60.0
ATTENTE_VIDE = 60.0
Progres = Callable[[str], None]
Jauges = Mapping[str, Mapping[str, float]]


def _au_hasard() -> str:
    """Une clé de 32 octets, en base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _preparer(dossier: Path) -> Path:
    """Le dossier de travail, sans l'heure ni les journaux d'une exécution passée."""
    dossier.mkdir(parents=True, exist_ok=True)
    for reste in ("horloge", *(f"{nom}.log" for nom in SERVICES)):
        (dossier / reste).unlink(missing_ok=True)
    return dossier.resolve()


@dataclass(frozen=True, slots=True)
class Circulation:
    """Ce qui est en route entre les services, lu de leurs mesures."""

    ports: Mapping[str, Ports]
    client: httpx.AsyncClient

    async def vider(self) -> None:
        """Attend que rien ne soit en route : boîtes d'envoi vides et retards nuls, deux fois.

        Lève `SystemeEnDefaut` si des faits y restent trop longtemps.
        """
        limite, calmes = time.monotonic() + ATTENTE_VIDE, 0
        while calmes < 2:
            en_route = await self._en_route()
            calmes = 0 if en_route else calmes + 1
            if time.monotonic() > limite:
                raise SystemeEnDefaut(f"Des faits restent en route : {en_route}.")
            if en_route:
                await asyncio.sleep(0.05)

    async def _en_route(self) -> dict[str, float]:
        """Ce qui reste à porter, puis à traiter; les boîtes d'envoi se lisent d'abord."""
        sortants = await self._jauges("relais", "sbg_outbox_lignes")
        retards = await self._jauges("consommateur", "sbg_consommation_retard")
        ecoutants = {nom: v for nom, v in retards.items() if service_de(nom).ecoutes}
        return {
            f"{quoi} de {nom}": valeur
            for quoi, jauges in (("boîte d'envoi", sortants), ("retard", ecoutants))
            for nom, valeur in jauges.items()
            if valeur != 0  # un retard inconnu (NaN) n'est pas nul
        }

    async def _jauges(self, role: str, mesure: str) -> dict[str, float]:
        async def lire(nom: str) -> tuple[str, float]:
            familles = await self._mesures(getattr(self.ports[nom], role))
            return nom, familles.get(mesure, {}).get("", 0.0)

        return dict(await asyncio.gather(*(lire(nom) for nom in self.ports)))

    async def _mesures(self, port: int) -> Jauges:
        reponse = await self.client.get(f"http://127.0.0.1:{port}/metrics")
        return {
            famille.name: {e.labels.get("sujet", ""): e.value for e in famille.samples}
            for famille in text_string_to_metric_families(reponse.text)
        }

    async def attendre_jalons(self, instant: datetime) -> None:
        """Attend que chaque consommateur ait, de chaque sujet lu, un jalon d'au moins `instant`.

        Lève `SystemeEnDefaut` s'il en manque trop longtemps.
        """
        limite = time.monotonic() + ATTENTE_VIDE
        while manque := await self._jalons_manquants(instant):
            if time.monotonic() > limite:
                raise SystemeEnDefaut(f"Jalons manquants : {manque}.")
            await asyncio.sleep(0.1)

    async def _jalons_manquants(self, instant: datetime) -> list[str]:
        manque: list[str] = []
        for nom, ports in self.ports.items():
            mesures = await self._mesures(ports.consommateur)
            recus = mesures.get("sbg_jalon_secondes", {})
            manque += [
                f"{sujet} chez {nom}"
                for sujet in service_de(nom).sujets_lus
                if recus.get(sujet, 0.0) < instant.timestamp()
            ]
        return manque


@dataclass(slots=True)
class Systeme:
    """Un système en marche."""

    dossier: Path
    moteurs: Moteurs
    emetteur: Emetteur
    horloge: HorlogeFichier
    ports: Mapping[str, Ports]
    client: httpx.AsyncClient
    secret_itsm: str
    cle_des_abonnes: str
    """Chiffre les clés des abonnés aux webhooks, tant que vit leur base."""
    acces: dict[str, Acces] = field(default_factory=dict)
    processus: dict[str, Serveur] = field(default_factory=dict)

    @property
    def presentation(self) -> str:
        """Quel bus et quelle base, avec leurs versions."""
        return self.moteurs.presentation

    @property
    def adresses(self) -> dict[str, str]:
        """L'adresse de l'API de chaque service."""
        return {nom: f"http://127.0.0.1:{ports.api}" for nom, ports in self.ports.items()}

    @classmethod
    @asynccontextmanager
    async def ouvrir(
        cls,
        dossier: Path,
        depart: datetime | None,
        progres: Progres = lambda _: None,
        *,
        plage: int = PORT,
    ) -> AsyncIterator["Systeme"]:
        """Monte tout, attend que tout soit prêt; à la sortie, arrête tout ce qui a démarré.

        L'heure d'affaires part de `depart` et n'avance que par `avancer`; sans départ, c'est
        celle du système. Les ports sont ceux de la `plage`. Lève `SystemeEnDefaut` si l'un d'eux
        est pris, si un moteur ou un service ne démarre pas.
        """
        services = {nom: service_de(nom) for nom in SERVICES}
        ports = ports_libres(services, plage)
        dossier = _preparer(dossier)
        with ExitStack() as pile:
            progres("Démarrage de la base et du bus")
            try:
                m = pile.enter_context(moteurs())
                if m.bus == "kafka" and not kafka_reel.bootstrap_externe():
                    kafka_reel.vider(m.bootstrap)
            except MoteurIndisponible as erreur:
                raise SystemeEnDefaut(str(erreur)) from erreur
            async with httpx.AsyncClient(timeout=10.0, trust_env=False) as client:
                systeme = cls(
                    dossier=dossier,
                    moteurs=m,
                    emetteur=Emetteur(),
                    horloge=HorlogeFichier(dossier / "horloge"),
                    ports=ports,
                    client=client,
                    secret_itsm="whsec_" + _au_hasard(),
                    cle_des_abonnes="demo:" + _au_hasard(),
                )
                if depart is not None:
                    systeme.horloge.avancer(depart)
                systeme.emetteur.publier(systeme.dossier / "jwks.json")
                pile.callback(systeme.arreter)
                await systeme._demarrer(services, progres)
                yield systeme
                progres("Arrêt des services")

    async def _demarrer(self, services: Mapping[str, Service[Any]], progres: Progres) -> None:
        for nom, service in services.items():
            progres(f"Base de données de {nom}")
            secrets_ = {role: secrets.token_hex(16) for role in ROLES}
            self.acces[nom] = await provisionner(self.moteurs.dsn, nom, secrets_)
            await migrer(SecretStr(self.acces[nom].migrer), service.migrations)
        progres("Démarrage des cinq services")
        for nom in services:
            self.demarrer_service(nom)
        try:
            async with asyncio.TaskGroup() as groupe:
                for nom in services:
                    groupe.create_task(self.attendre_service(nom))
        except* SystemeEnDefaut as fautes:
            premiere = fautes.exceptions[0]
        else:
            return
        raise premiere

    def demarrer_service(self, nom: str) -> None:
        """Lance le processus d'un service (les trois rôles)."""
        self.processus[nom] = Serveur(
            [sys.executable, "-m", nom, "tout"],
            journal=self.dossier / f"{nom}.log",
            dossier=self.dossier,
            environnement=self._environnement(nom),
        )

    async def commander(self, nom: str, *mots: str) -> str:
        """Ce que dit une commande d'un service, le temps qu'elle finisse."""
        processus = await asyncio.create_subprocess_exec(
            sys.executable, "-m", nom, *mots,
            cwd=self.dossier,
            env=self._environnement(nom) | {"COLUMNS": "200"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, dit = await processus.communicate()
        return dit.decode()

    def _environnement(self, nom: str) -> dict[str, str]:
        ports, acces = self.ports[nom], self.acces[nom]
        herite = {cle: valeur for cle, valeur in os.environ.items() if not cle.startswith("SBG_")}
        conduite = self.horloge.fichier.exists()
        horloge = {"SBG_HORLOGE_FICHIER": str(self.horloge.fichier)} if conduite else {}
        propres = {
            "SBG_ITSM_SECRETS": self.secret_itsm,
            "SBG_WEBHOOKS_CLES": self.cle_des_abonnes,
            "SBG_WEBHOOKS_RESEAUX_PERMIS": "127.0.0.0/8",
        }
        return (
            herite
            | horloge
            | (propres if nom == "demandes" else {})
            | {
                # Cinq processus importent les mêmes modules : le cache de code compilé sert à tous.
                "PYTHONDONTWRITEBYTECODE": "",
                "SBG_MODE": "demo",
                "SBG_BASE__API": acces.api,
                "SBG_BASE__INTERNE": acces.interne,
                "SBG_BUS__ADRESSES": self.moteurs.bootstrap,
                "SBG_BUS__CREER_SUJETS": str(self.moteurs.bus == "kafka").lower(),
                # La grappe simulée attend tout ce temps, même s'il lui vient un message.
                "SBG_BUS__ATTENTE_MS": "100",
                "SBG_IDENTITE__EMETTEUR": EMETTEUR,
                "SBG_IDENTITE__AUDIENCE": AUDIENCE,
                "SBG_IDENTITE__JWKS": str(self.dossier / "jwks.json"),
                "SBG_HTTP__PORT": str(ports.api),
                "SBG_HTTP__PORT_CONSOMMATEUR": str(ports.consommateur),
                "SBG_HTTP__PORT_RELAIS": str(ports.relais),
                "SBG_HTTP__PORT_GESTION": str(ports.gestion),
            }
        )

    async def attendre_service(self, nom: str) -> None:
        """Attend que les trois rôles d'un service soient prêts."""
        limite = time.monotonic() + ATTENTE_DEPART
        motif = "aucune réponse"
        while time.monotonic() < limite:
            if not self.processus[nom].vivant:
                break
            try:
                motif = await self._motif_non_pret(nom)
            except httpx.TransportError:
                motif = "aucune réponse"
            if not motif:
                return
            await asyncio.sleep(0.1)
        journal = fin_du_journal(self.dossier / f"{nom}.log")
        raise SystemeEnDefaut(f"{nom} n'est pas prêt ({motif}). Fin de son journal :\n{journal}")

    async def _motif_non_pret(self, nom: str) -> str:
        for port in self.ports[nom].de_gestion:
            reponse = await self.client.get(f"http://127.0.0.1:{port}/sante/disponibilite")
            if reponse.status_code != 200:
                return str(reponse.json().get("detail", reponse.status_code))
        return ""

    def jeton(self, *roles: str, organisme: str | None = None, sujet: str | None = None) -> str:
        """Un jeton signé par l'émetteur de la démonstration."""
        return self.emetteur.jeton(roles, organisme=organisme, sujet=sujet)

    async def avancer(self, instant: datetime) -> None:
        """Laisse tout se vider, puis avance l'heure d'affaires."""
        await self.vider()
        self.horloge.avancer(instant)

    @property
    def circulation(self) -> Circulation:
        """Ce qui est en route entre ses services."""
        return Circulation(self.ports, self.client)

    async def vider(self) -> None:
        """Attend que rien ne soit en route; lève `SystemeEnDefaut`."""
        await self.circulation.vider()

    async def attendre_jalons(self, instant: datetime) -> None:
        """Attend que tous aient reçu les jalons de `instant`; lève `SystemeEnDefaut`."""
        await self.circulation.attendre_jalons(instant)

    def arreter(self) -> None:
        """Arrête tous les services, en même temps."""
        for processus in self.processus.values():
            processus.demander_arret()
        for processus in self.processus.values():
            processus.arreter()
