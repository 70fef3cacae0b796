"""Ce qu'un service publie : un événement de contrat, et quand le fait est survenu."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol
from zlib import crc32

PARTS = 64
"""Nombre fixe de parts virtuelles de la boîte d'envoi; inscrit dans chaque ligne."""


class EvenementPublie(Protocol):
    """Ce que le socle attend d'un événement de contrat."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int]
    PRODUCTEUR: ClassVar[str]

    @property
    def cle(self) -> str: ...

    def model_dump_json(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Publication:
    """Un événement à publier; `survenu_le` (UTC) est l'heure du fait, pas celle de l'écriture."""

    evenement: EvenementPublie
    survenu_le: datetime


def part_de(cle: str) -> int:
    """La part virtuelle d'une clé : stable, pour que l'ordre par agrégat tienne."""
    return crc32(cle.encode()) % PARTS
