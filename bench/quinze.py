"""Les quinze rôles des cinq services, chacun dans son processus, réglés comme en production."""

import asyncio
import importlib
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

import httpx
import psutil

from bench.scene import DEPART_S, RACINE, Scene
from demo.defauts import SystemeEnDefaut
from demo.ports import PORTS, SERVICES, Ports
from outils.moteurs import MoteurIndisponible, kafka_reel, port_libre
from outils.moteurs.processus import Serveur, fin_du_journal

ROLES = ("api", "consommateur", "relais")
SONDE = 0.01
_GESTION = {"api": "gestion", "consommateur": "consommateur", "relais": "relais"}


@dataclass(slots=True)
class Processus:
    """Un rôle d'un service, dans son processus."""

    service: str
    role: str
    port: int
    """Son port de gestion."""
    serveur: Serveur
    lance: float

    @property
    def systeme(self) -> psutil.Process:
        """Le processus même, sous son superviseur."""
        (lui,) = psutil.Process(self.serveur._superviseur.pid).children()
        return lui

    @property
    def pss(self) -> float:
        """Sa mémoire, en Mio : la sienne, et sa part de celle qu'il partage (PSS)."""
        return float(self.systeme.memory_full_info().pss) / 2**20

    async def attendre(self, client: httpx.AsyncClient) -> float:
        """Attend qu'il se dise prêt; rend les secondes depuis son lancement."""
        while time.monotonic() - self.lance < DEPART_S and self.serveur.vivant:
            try:
                reponse = await client.get(f"http://127.0.0.1:{self.port}/sante/disponibilite")
            except httpx.TransportError:
                pass
            else:
                if reponse.status_code == 200:
                    return time.monotonic() - self.lance
            await asyncio.sleep(SONDE)
        journal = fin_du_journal(self.serveur.journal)
        raise MoteurIndisponible(f"{self.service} {self.role} n'est pas prêt :\n{journal}")


@dataclass(frozen=True, slots=True)
class Quinze:
    """De quoi lancer les rôles, et parler aux services."""

    scene: Scene
    client: httpx.AsyncClient
    ports: dict[str, Ports]
    acces: dict[str, dict[str, str]]

    @classmethod
    @asynccontextmanager
    async def preparer(cls, scene: Scene) -> AsyncIterator["Quinze"]:
        """Migre les bases; rien n'est encore lancé.

        Des bases neuves veulent un bus neuf : un relais attendrait d'être réaligné avec l'ancien.
        """
        if scene.moteurs.bus == "kafka":
            kafka_reel.vider(scene.moteurs.bootstrap)
        services = {nom: importlib.import_module(f"{nom}.main").service() for nom in SERVICES}
        acces = {nom: await scene.modeles.copie(service) for nom, service in services.items()}
        ports = {nom: _ports(nom) for nom in SERVICES}
        async with httpx.AsyncClient(trust_env=False, timeout=30.0) as client:
            yield cls(scene, client, ports, acces)

    def lancer(self, service: str, role: str) -> Processus:
        """Lance un rôle, sans l'attendre."""
        ports = self.ports[service]
        reglages = self.scene.reglages(self.acces[service])
        if role != "api":  # seule l'API lit des jetons
            reglages = {cle: v for cle, v in reglages.items() if "IDENTITE" not in cle}
        lance = time.monotonic()
        serveur = Serveur(
            [sys.executable, "-m", service, role],
            journal=self.scene.dossier / f"{service}-{role}.log",
            dossier=RACINE,
            environnement={
                **{cle: v for cle, v in os.environ.items() if not cle.startswith("SBG_")},
                "PYTHONDONTWRITEBYTECODE": "",
                **reglages,
                "SBG_BUS__ADRESSES": self.scene.bus.adresses,
                "SBG_BUS__CREER_SUJETS": str(self.scene.bus.creer_sujets).lower(),
                "SBG_HTTP__PORT": str(ports.api),
                "SBG_HTTP__PORT_CONSOMMATEUR": str(ports.consommateur),
                "SBG_HTTP__PORT_RELAIS": str(ports.relais),
                "SBG_HTTP__PORT_GESTION": str(ports.gestion),
            },
        )
        return Processus(service, role, getattr(ports, _GESTION[role]), serveur, lance)

    @asynccontextmanager
    async def lances(self) -> AsyncIterator[tuple[list[Processus], list[float]]]:
        """Les quinze, lancés ensemble et prêts, et les secondes que chacun y a mises."""
        lances = [self.lancer(service, role) for service in SERVICES for role in ROLES]
        try:
            durees = await asyncio.gather(*(un.attendre(self.client) for un in lances))
            yield lances, durees
        finally:
            arreter(lances)

    def adresse(self, service: str) -> str:
        """L'adresse de l'API d'un service."""
        return f"http://127.0.0.1:{self.ports[service].api}"

    async def inscrire(self) -> str:
        """Inscrit un organisme; rend le jeton de ses demandeurs."""
        reponse = await self.client.post(
            f"{self.adresse('demandes')}/v1/organismes",
            json={"code": "BENCH", "nom": "Organisme mesuré", "assujetti_rcti": True},
            headers=self.en_tetes(self.scene.emetteur.jeton(["agent-csc"])),
        )
        reponse.raise_for_status()
        return self.scene.emetteur.jeton(["demandeur"], organisme="BENCH")

    @staticmethod
    def en_tetes(jeton: str, cle: str | None = None) -> dict[str, str]:
        """Ceux d'une écriture, neuve sauf si l'on redit sa clé."""
        return {"Authorization": f"Bearer {jeton}", "Idempotency-Key": cle or uuid4().hex}


def arreter(lances: Sequence[Processus]) -> None:
    """Arrête ces processus, en même temps."""
    for un in lances:
        un.serveur.demander_arret()
    for un in lances:
        un.serveur.arreter()


def _ports(nom: str) -> Ports:
    """Quatre ports libres : celui de l'API, et ceux de gestion qui le suivent."""
    while True:
        ports = Ports.autour(port_libre())
        if ports.gestion not in PORTS:
            continue
        with suppress(SystemeEnDefaut):
            ports.verifier(nom)
            return ports
