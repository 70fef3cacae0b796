"""Ce dont les mesures ont besoin."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sla.exclusions.domaine.exclusions import MesureVisee
from sla.exclusions.ports import DecisionsPrises
from sla.fiches.ports import CalendriersConnus, FichesConnues
from sla.histoires.domaine import Histoire, Sujet
from sla.histoires.ports import Histoires
from sla.mesures.domaine.verdict import Mesure


class Mesures(Protocol):
    """Les verdicts de chaque sujet, tels qu'ils ont été rejoués la dernière fois."""

    async def enregistrer(
        self, histoires: Sequence[Histoire], mesures: Sequence[Mesure], *, attendent: bool
    ) -> None:
        """Remplace toutes les mesures de ces sujets; celles qui n'existent plus s'en vont.

        Un sujet sans mesure est gardé : une fiche à venir peut le mesurer. Ceux qui `attendent`
        un calendrier restent marqués à rejouer.
        """

    def decrire(self, mesures: Sequence[Mesure]) -> Sequence[Mapping[str, Any]]:
        """Ce qui s'enregistrerait de chacune, sans rien écrire."""

    async def marquer(self, debut: date) -> None:
        """Marque à rejouer les sujets dont un jour J0 peut être ce jour-là ou après (SLA-3)."""

    async def marquer_organismes(self, organismes: Collection[str]) -> None:
        """Marque à rejouer les sujets de ces organismes (CAT-6)."""

    async def a_rejouer(self, limite: int) -> Sequence[Sujet]:
        """Des sujets marqués."""

    async def sujet_de(self, mesure_id: UUID) -> Sujet | None:
        """Le sujet d'une mesure."""

    async def viser(self, mesure_id: UUID) -> MesureVisee:
        """Une mesure, pour qui en décide; lève `Introuvable`."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des mesures."""

    fiches: FichesConnues
    histoires: Histoires
    mesures: Mesures
    calendriers: CalendriersConnus
    decisions: DecisionsPrises
