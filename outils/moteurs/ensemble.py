"""Les deux moteurs ensemble, selon l'environnement : ce que demandent la démo et les essais.

`SBG_MOTEUR_BUS` : `embarque` (par défaut) ou `kafka` (et non `SBG_BUS`, qu'un service lirait comme
un de ses réglages). `SBG_KAFKA_BOOTSTRAP` : l'adresse d'un Kafka déjà là. `SBG_POSTGRES_DSN` : le
DSN superutilisateur d'un PostgreSQL déjà là.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from outils.moteurs import bus as bus_embarque
from outils.moteurs import kafka_reel, postgres
from outils.moteurs.processus import MoteurIndisponible

Bus = Literal["embarque", "kafka"]
VARIABLE_BUS = "SBG_MOTEUR_BUS"


@dataclass(frozen=True)
class Moteurs:
    """Adresses des moteurs démarrés."""

    dsn: str
    """DSN superutilisateur, `postgresql://utilisateur:mot-de-passe@hôte:port/postgres`."""
    bootstrap: str
    """Adresse du bus, `hôte:port[,hôte:port]`."""
    bus: Bus
    presentation: str
    """« Bus : …; base : … », avec les versions."""


def bus_demande(bus: Bus | None = None) -> Bus:
    """Le bus demandé par l'argument, sinon par `SBG_MOTEUR_BUS`, sinon l'embarqué.

    Raises:
        MoteurIndisponible: `SBG_MOTEUR_BUS` porte un autre mot.
    """
    voulu = bus or os.environ.get(VARIABLE_BUS) or "embarque"
    if voulu == "embarque":
        return "embarque"
    if voulu == "kafka":
        return "kafka"
    raise MoteurIndisponible(f"{VARIABLE_BUS}={voulu} : dites « embarque » ou « kafka ».")


def presentation(bus: Bus | None = None) -> str:
    """La ligne qui dit quel bus et quelle base seront utilisés, sans rien démarrer."""
    if bus_demande(bus) == "kafka":
        texte_bus = f"Apache Kafka {kafka_reel.version_voulue()}"
        if kafka_reel.bootstrap_externe():
            texte_bus = f"Kafka externe ({kafka_reel.bootstrap_externe()})"
    else:
        texte_bus = f"embarqué, grappe simulée (confluent-kafka {bus_embarque.version_embarquee()})"
    dsn = postgres.dsn_externe()
    if dsn is None:
        return f"Bus : {texte_bus}; base : PostgreSQL {postgres.version_embarquee()} embarqué"
    return f"Bus : {texte_bus}; base : PostgreSQL {postgres.version_de(dsn)} externe"


@contextmanager
def moteurs(
    bus: Bus | None = None,
    *,
    dossier_postgres: Path | None = None,
    en_memoire: bool = False,
) -> Iterator[Moteurs]:
    """Démarre ce qu'il faut, rend les adresses, arrête à la sortie ce qui a été démarré ici.

    Args:
        bus: l'emporte sur `SBG_MOTEUR_BUS`.
        dossier_postgres: garde les données d'un PostgreSQL embarqué d'une fois à l'autre.
        en_memoire: sans ce dossier, tient si possible les données en mémoire.

    Raises:
        MoteurIndisponible: un moteur ne démarre pas ou ne répond pas; le message dit pourquoi.
    """
    choisi = bus_demande(bus)
    ligne = presentation(choisi)
    with ExitStack() as pile:
        dsn = postgres.dsn_externe()
        if dsn is None:
            serveur = postgres.ServeurPostgres(dossier_postgres, en_memoire=en_memoire)
            dsn = pile.enter_context(serveur).dsn
        if choisi == "kafka":
            bootstrap = pile.enter_context(kafka_reel.kafka())
        else:
            bootstrap = pile.enter_context(bus_embarque.BusEmbarque()).bootstrap
        yield Moteurs(dsn=dsn, bootstrap=bootstrap, bus=choisi, presentation=ligne)
