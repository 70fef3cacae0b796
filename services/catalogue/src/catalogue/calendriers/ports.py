"""Ce que les calendriers attendent de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from calendrier import VersionCalendrier
from catalogue.calendriers.domaine import CalendrierPublie


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


@dataclass(frozen=True, slots=True)
class Ports:
    """Le port des calendriers."""

    calendriers: Calendriers
