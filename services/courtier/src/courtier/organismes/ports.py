"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from courtier.organismes.domaine import Organisme


class Organismes(Protocol):
    """La copie locale des organismes, tenue par les événements de demandes."""

    async def est_inscrit(self, code: str) -> bool: ...
    async def synchroniser(self, organismes: Sequence[Organisme]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de la copie des organismes."""

    organismes: Organismes
