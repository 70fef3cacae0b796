"""Ce dont les alertes ont besoin."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sla.alertes.domaine import Alerte, Moment
from sla.fiches.ports import CalendriersConnus


class Alertes(Protocol):
    """Ce qui fut annoncé, et ce qui doit l'être; rien n'en change, une reconstruction non plus."""

    async def recus(self) -> Mapping[str, datetime | None]:
        """De chaque sorte de sujet, l'instant jusqu'où tout est reçu; None : rien encore."""

    async def dues(
        self, moment: Moment, limite: int, sauf: Collection[UUID] = ()
    ) -> Sequence[Alerte]:
        """Des alertes à annoncer, hors celles de ces mesures."""

    async def dues_de(self, mesure_id: UUID, moment: Moment) -> Sequence[Alerte]:
        """Celles d'une mesure."""

    async def ajouter(self, alertes: Sequence[Alerte], le: datetime) -> Sequence[Alerte]:
        """Ajoute celles qui ne le sont pas déjà, et les rend."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des alertes."""

    alertes: Alertes
    calendriers: CalendriersConnus
