"""Vrai Apache Kafka (KRaft), un nœud, sans Docker : provisoire, voir plus bas."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from outils.moteurs.processus import MoteurIndisponible


def version_voulue() -> str:
    return "4.1.0"


def bootstrap_externe() -> str | None:
    return os.environ.get("SBG_KAFKA_BOOTSTRAP") or None


@contextmanager
def kafka() -> Iterator[str]:
    adresse = bootstrap_externe()
    if adresse is None:
        raise MoteurIndisponible("Aucun Kafka : lancez « make kafka ».")
    yield adresse
