"""La scène : vrai Kafka, vrai PostgreSQL, un processus par rôle que l'on tue, fige ou arrête."""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil

from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.essais import debit
from outils.essais.bus import lire_le_bus
from outils.essais.temoin.service import service_isole
from outils.moteurs import ServeurPostgres, kafka_reel, port_libre
from outils.moteurs.processus import Serveur, fin_du_journal
from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus
from socle.schema.provisionnement import ROLES, Acces, provisionner
from socle.service import Service

RACINE = Path(__file__).parents[2]
INACTIVITE = 3.0
"""Secondes : le bail d'une transaction inactive; un processus figé plus longtemps l'a perdu."""
PATIENCE = 120.0


@dataclass(slots=True)
class Courtier:
    """Un Kafka à nous, que l'on arrête et relance sur ses données."""

    dossier: Path
    port: int
    commande: list[str] = field(default_factory=list)
    serveur: Serveur | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def demarrer(self) -> None:
        """Démarre, et attend qu'il réponde."""
        if not self.commande:
            self.commande = kafka_reel.preparer(self.dossier, self.port)
        journal = self.dossier / "journal"
        self.serveur = Serveur(self.commande, journal=journal, dossier=self.dossier)
        kafka_reel._attendre(self.bootstrap, lambda: True, journal)

    def signaler(self, numero: signal.Signals) -> None:
        """Envoie un signal au courtier lui-même, sous son superviseur."""
        if self.serveur is not None:
            for enfant in psutil.Process(self.serveur._superviseur.pid).children():
                enfant.send_signal(numero)

    def arreter(self) -> None:
        """Arrête; les données restent."""
        if self.serveur is not None:
            self.serveur.arreter(garder_dossier=True)
            self.serveur = None


@dataclass(slots=True)
class Processus:
    """Un rôle du témoin en processus."""

    role: str
    port: int
    popen: "subprocess.Popen[bytes]"
    congedie: bool
    """Sa fin est voulue."""

    @property
    def gestion(self) -> int:
        """Le port de ses mesures et de sa santé; l'API seule en a deux."""
        return self.port + 1 if self.role == "api" else self.port

    @property
    def vivant(self) -> bool:
        return self.popen.poll() is None

    def signaler(self, numero: signal.Signals) -> None:
        if self.vivant:
            self.congedie |= numero in {signal.SIGTERM, signal.SIGKILL}
            self.popen.send_signal(numero)

    async def attendre_fin(self, secondes: float = PATIENCE) -> int | None:
        """Le code de sortie; rien s'il vit encore passé ce délai."""
        limite = time.monotonic() + secondes
        while self.vivant and time.monotonic() < limite:  # noqa: ASYNC110 -- on sonde
            await asyncio.sleep(0.05)
        return self.popen.poll()


@dataclass(slots=True)
class Scene:
    """Les moteurs et les processus d'une suite de fautes."""

    dossier: Path
    postgres: ServeurPostgres
    courtier: Courtier
    emetteur: Emetteur
    acces: Acces
    service: Service[Any]
    client: httpx.AsyncClient
    processus: list[Processus] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def ouvrir(cls) -> AsyncIterator["Scene"]:
        """Démarre les moteurs et prépare la base, sans la migrer; arrête tout à la sortie."""
        dossier = Path(tempfile.mkdtemp(prefix="sbg-fautes-"))
        courtier = Courtier(dossier, port_libre())
        try:
            with ServeurPostgres() as postgres:
                await asyncio.to_thread(courtier.demarrer)
                emetteur = Emetteur()
                emetteur.publier(dossier / "jwks.json")
                mots = {role: secrets.token_hex(12) for role in ROLES}
                acces = await provisionner(postgres.dsn, "temoin", mots)
                async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                    service = service_isole("temoin")
                    scene = cls(dossier, postgres, courtier, emetteur, acces, service, client)
                    try:
                        yield scene
                    finally:
                        scene.tout_arreter()
        finally:
            courtier.arreter()
            shutil.rmtree(dossier, ignore_errors=True)

    def lancer(
        self,
        role: str,
        *arguments: str,
        reglages: Mapping[str, str] | None = None,
        **essai: str,
    ) -> Processus:
        """Lance un rôle; `mort="avant_commit:7"` lui pose un piège, `gel=…` l'y fige."""
        port = self._port()
        environnement = {c: v for c, v in os.environ.items() if not c.startswith("SBG_")} | {
            "SBG_MODE": "essai",
            "SBG_JOURNAL": "WARNING",
            "SBG_BASE__MIGRER": self.acces.migrer,
            "SBG_BASE__API": self.acces.api,
            "SBG_BASE__INTERNE": self.acces.interne,
            "SBG_BASE__DELAIS__INACTIVITE": str(int(INACTIVITE * 1000)),
            "SBG_BUS__ADRESSES": self.courtier.bootstrap,
            "SBG_IDENTITE__EMETTEUR": EMETTEUR,
            "SBG_IDENTITE__AUDIENCE": AUDIENCE,
            "SBG_IDENTITE__JWKS": str(self.dossier / "jwks.json"),
            "SBG_HTTP__PORT": str(port),
            "SBG_HTTP__PORT_CONSOMMATEUR": str(port),
            "SBG_HTTP__PORT_RELAIS": str(port),
            "SBG_HTTP__PORT_GESTION": str(port + 1),
            **debit.ENVIRONNEMENT,
        }
        environnement |= reglages or {}
        environnement |= {f"SBG_ESSAI_{nom.upper()}": valeur for nom, valeur in essai.items()}
        with (self.dossier / f"{role}.log").open("ab") as journal:
            popen = subprocess.Popen(
                [sys.executable, "-m", "outils.essais.temoin", role, *arguments],
                cwd=RACINE,
                env=environnement,
                stdout=journal,
                stderr=journal,
            )
        voulue = "mort" in essai or role not in {"api", "relais", "consommateur"}
        processus = Processus(role, port, popen, voulue)
        self.processus.append(processus)
        return processus

    async def lancer_prets(self, *roles: str) -> list[Processus]:
        """Lance des rôles et attend que chacun soit prêt."""
        lances = [self.lancer(role) for role in roles]
        for processus in lances:
            await self.attendre(partial(self.pret, processus), f"{processus.role} prêt")
        return lances

    def _port(self) -> int:
        """Un port libre, son suivant aussi, hors de ceux que le noyau prête aux sortants."""
        for port in range(21_000 + 7 * len(self.processus), 29_000):
            with socket.socket() as prise, socket.socket() as suivante, suppress(OSError):
                prise.bind(("127.0.0.1", port))
                suivante.bind(("127.0.0.1", port + 1))
                return port
        raise RuntimeError("aucun port libre de 21000 à 29000")

    def deserteurs(self) -> int:
        """Combien de rôles sont sortis sans qu'on le leur demande; comptés une fois."""
        partis = [p for p in self.processus if not p.vivant and not p.congedie]
        for processus in partis:
            processus.congedie = True
            code, journal = processus.popen.returncode, self.dossier / f"{processus.role}.log"
            print(f"    {processus.role} sorti ({code}) : {fin_du_journal(journal)}", flush=True)
        return len(partis)

    def vivants(self, role: str) -> list[Processus]:
        return [p for p in self.processus if p.role == role and p.vivant]

    async def pret(self, processus: Processus) -> bool:
        """Ce que dit sa sonde de disponibilité."""
        adresse = f"http://127.0.0.1:{processus.gestion}/sante/disponibilite"
        try:
            return (await self.client.get(adresse)).status_code == 200
        except httpx.TransportError:
            return False

    async def attendre(
        self, vrai: Callable[[], Awaitable[bool]], quoi: str, secondes: float = PATIENCE
    ) -> float:
        """Attend qu'une chose soit vraie; rend les secondes passées, lève `TimeoutError`."""
        debut = time.monotonic()
        while not await vrai():
            if time.monotonic() - debut > secondes:
                raise TimeoutError(f"{quoi} : toujours pas après {secondes:.0f} s")
            await asyncio.sleep(0.1)
        return time.monotonic() - debut

    async def messages(self) -> list[Message]:
        """Tout ce que le sujet du témoin porte."""
        bus = ReglagesBus(adresses=self.courtier.bootstrap)
        return await lire_le_bus(bus, self.service.sujet)

    def arreter_role(self, role: str, numero: signal.Signals = signal.SIGTERM) -> None:
        """Arrête les processus d'un rôle et attend leur fin."""
        vises = self.vivants(role)
        for processus in vises:
            processus.signaler(numero)
        for processus in vises:
            processus.popen.wait(60)

    def tout_arreter(self) -> None:
        """Tue ce qui reste : plus rien à observer."""
        for processus in self.processus:
            if processus.vivant:
                processus.popen.kill()
            processus.popen.wait(30)
