"""Ce dont les mesures ont besoin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from calendrier import Calendrier
from sla.fiches.domaine import Fiche
from sla.fiches.ports import FichesConnues
from sla.histoires.ports import Histoires
from sla.mesures.domaine.verdict import Mesure


class Mesures(Protocol):
    """Le verdict de chaque demande, tel qu'il a été rejoué la dernière fois."""

    async def enregistrer(self, mesures: Iterable[Mesure]) -> None:
        """Remplace le verdict de ces demandes, par une seule écriture."""

    async def marquer(self, versions: Sequence[Fiche]) -> None:
        """Marque à rejouer les mesures dont le jour J0 tombe sous une de ces fiches (SLA-3)."""

    async def a_rejouer(self, calendrier: str, limite: int) -> Sequence[UUID]:
        """Des demandes marquées, ou jugées sous une autre version du calendrier."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des mesures, et le calendrier qui juge."""

    fiches: FichesConnues
    histoires: Histoires
    mesures: Mesures
    calendrier: Calendrier
