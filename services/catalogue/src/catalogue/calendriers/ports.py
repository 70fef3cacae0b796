"""Ce que les calendriers attendent de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from calendrier import VersionCalendrier
from catalogue.calendriers.domaine import CalendrierPublie, RecalculAccepte


class Calendriers(Protocol):
    """Les versions du calendrier; on en ajoute, on n'en change aucune."""

    async def verrouiller(self) -> None:
        """Une seule publication à la fois, jusqu'à la fin de l'acte."""
        ...

    async def publiees(self) -> Sequence[VersionCalendrier]:
        """Celles qui le sont déjà, dans l'ordre de leur publication."""
        ...

    async def ajouter(self, fait: CalendrierPublie) -> None:
        """Écrit la version publiée."""
        ...

    async def retenir(self, acceptes: Sequence[RecalculAccepte]) -> None:
        """Retient des recalculs acceptés, déjà connus ou non."""
        ...

    async def accepte(self, recalcul_id: UUID) -> RecalculAccepte | None:
        """Ce recalcul, s'il est accepté (SLA-7)."""
        ...

    def empreinte(self, version: VersionCalendrier) -> str:
        """Celle de ce que publier cette version dirait."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Le port des calendriers."""

    calendriers: Calendriers
