"""Ce dont les mesures ont besoin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from calendrier import Calendrier
from sla.fiches.ports import FichesConnues
from sla.histoires.domaine import Histoire, Sujet
from sla.histoires.ports import Histoires
from sla.mesures.domaine.verdict import Mesure


class Mesures(Protocol):
    """Les verdicts de chaque sujet, tels qu'ils ont été rejoués la dernière fois."""

    async def enregistrer(
        self, histoires: Sequence[Histoire], mesures: Sequence[Mesure], calendrier: str
    ) -> None:
        """Remplace toutes les mesures de ces sujets; celles qui n'existent plus s'en vont.

        Un sujet sans mesure est gardé : une fiche à venir peut le mesurer.
        """

    async def marquer(self, debut: date) -> None:
        """Marque à rejouer les sujets dont un jour J0 peut être ce jour-là ou après (SLA-3)."""

    async def a_rejouer(self, calendrier: str, limite: int) -> Sequence[Sujet]:
        """Des sujets marqués, ou jugés sous une autre version du calendrier."""

    async def sujet_de(self, mesure_id: UUID) -> Sujet | None:
        """Le sujet d'une mesure."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des mesures, et le calendrier qui juge."""

    fiches: FichesConnues
    histoires: Histoires
    mesures: Mesures
    calendrier: Calendrier
