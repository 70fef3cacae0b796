"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from calendrier import Calendrier
from courtier.calendriers.domaine import CalendrierRecu


class Calendriers(Protocol):
    """Les versions du calendrier; l'ordre d'arrivée et les répétitions n'y changent rien."""

    async def ajouter(self, recus: Sequence[CalendrierRecu]) -> None:
        """Ajoute celles qui ne sont pas déjà connues."""

    async def applique(self) -> Calendrier:
        """Le calendrier qu'elles composent; lève `CalendrierAbsent` si aucune n'est connue."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Le port des calendriers."""

    calendriers: Calendriers
