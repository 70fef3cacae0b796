"""Les moteurs et les processus d'une exécution : tout est à nous, tout s'arrête à la sortie."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.essais import debit
from outils.essais.greffon import Modeles
from outils.moteurs import MoteurIndisponible, Moteurs, kafka_reel, moteurs, port_libre
from outils.moteurs.processus import Serveur, fin_du_journal
from socle.bus.kafka import ReglagesBus

RACINE = Path(__file__).parents[1]
DEPART_S = 60.0


@dataclass(slots=True)
class Scene:
    """De quoi mesurer : une base, un bus, des processus."""

    dossier: Path
    moteurs: Moteurs
    modeles: Modeles
    emetteur: Emetteur
    _serveurs: list[Serveur] = field(default_factory=list)

    @property
    def bus(self) -> ReglagesBus:
        """Le bus de cette exécution."""
        return ReglagesBus(
            adresses=self.moteurs.bootstrap, creer_sujets=self.moteurs.bus == "kafka"
        )

    @classmethod
    @asynccontextmanager
    async def ouvrir(
        cls, preparer: Callable[[Path], AbstractContextManager[Moteurs]] | None = None
    ) -> AsyncIterator["Scene"]:
        """Démarre base et bus, ou ce que dit `preparer`; arrête tout à la sortie."""
        dossier = Path(tempfile.mkdtemp(prefix="sbg-bench-"))
        with ExitStack() as pile:
            pile.callback(shutil.rmtree, dossier, ignore_errors=True)
            m = pile.enter_context((preparer or _moteurs)(dossier))
            emetteur = Emetteur()
            emetteur.publier(dossier / "jwks.json")
            prefixe = f"bench_{os.getpid()}"
            modeles = Modeles(m.dsn, dossier / "jwks.json", emetteur, prefixe)
            scene = cls(dossier, m, modeles, emetteur)
            pile.callback(scene._arreter)
            yield scene

    async def servir(
        self, nom: str, *module: str, python: str = sys.executable, **environnement: str
    ) -> int:
        """Lance un serveur HTTP (`python -m …`) et attend qu'il réponde; rend son port."""
        port, journal = port_libre(), self.dossier / f"{nom}.log"
        ports = {"SBG_HTTP__PORT": str(port), "SBG_HTTP__PORT_GESTION": str(port_libre())}
        serveur = Serveur(
            [python, "-m", *module],
            journal=journal,
            dossier=RACINE,
            environnement=_sans_reglages() | ports | environnement,
        )
        self._serveurs.append(serveur)
        limite = time.monotonic() + DEPART_S
        async with httpx.AsyncClient(trust_env=False) as client:
            while serveur.vivant and time.monotonic() < limite:
                try:
                    await client.get(f"http://127.0.0.1:{port}/sante/vivacite")
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                else:
                    return port
        raise MoteurIndisponible(f"{nom} ne démarre pas :\n{fin_du_journal(journal)}")

    def reglages(self, acces: Mapping[str, str]) -> dict[str, str]:
        """L'environnement d'un rôle du produit : la production, hors débit permis et émetteur."""
        return {
            "SBG_MODE": "essai",
            "SBG_BASE__API": acces["api"],
            "SBG_BASE__INTERNE": acces["interne"],
            "SBG_IDENTITE__EMETTEUR": EMETTEUR,
            "SBG_IDENTITE__AUDIENCE": AUDIENCE,
            "SBG_IDENTITE__JWKS": str(self.dossier / "jwks.json"),
            **debit.ENVIRONNEMENT,
        }

    def _arreter(self) -> None:
        for serveur in self._serveurs:
            serveur.demander_arret()
        for serveur in self._serveurs:
            serveur.arreter()


def _sans_reglages() -> dict[str, str]:
    return {cle: valeur for cle, valeur in os.environ.items() if not cle.startswith("SBG_")}


@contextmanager
def _moteurs(dossier: Path) -> Iterator[Moteurs]:
    """PostgreSQL, et un vrai Kafka à nous seuls; sans Java ni Maven, le bus embarqué, en le disant.

    `SBG_KAFKA_BOOTSTRAP` dira ensuite ce Kafka au système entier, qui le tiendra pour externe.
    """
    with ExitStack() as pile:
        if kafka_reel.bootstrap_externe() is None:
            try:
                adresse = pile.enter_context(_kafka_a_nous(dossier / "kafka"))
            except MoteurIndisponible as erreur:
                print(f"Pas de vrai Kafka ({erreur}) : bus embarqué.", flush=True)
                yield pile.enter_context(moteurs("embarque"))
                return
            os.environ[kafka_reel.VARIABLE_BOOTSTRAP] = adresse
            pile.callback(os.environ.pop, kafka_reel.VARIABLE_BOOTSTRAP)
        yield pile.enter_context(moteurs("kafka"))


@contextmanager
def _kafka_a_nous(dossier: Path) -> Iterator[str]:
    """Un Kafka éphémère, même si `make kafka` tourne : personne d'autre n'y écrit."""
    dossier.mkdir()
    port, journal = port_libre(), dossier / "journal"
    adresse = f"127.0.0.1:{port}"
    serveur = Serveur(kafka_reel.preparer(dossier, port), journal=journal, dossier=dossier)
    try:
        limite = time.monotonic() + kafka_reel.DELAI_DEMARRAGE_S
        while not kafka_reel.repond(adresse):
            if not serveur.vivant or time.monotonic() > limite:
                raise MoteurIndisponible(f"Kafka ne démarre pas :\n{fin_du_journal(journal)}")
        yield adresse
    finally:
        serveur.arreter()
