"""Ce que l'aire attend de la base."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.usages.domaine import Bornes, Constat, Usage


class Usages(Protocol):
    """Les usages constatés, et ce qu'on en a dit."""

    async def lire(self, usage_id: UUID) -> Usage:
        """Lève `Introuvable`."""

    async def charger(self, usage_id: UUID) -> Usage:
        """Verrouille l'usage; lève `Introuvable`."""

    async def connus(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[Constat, Usage]]:
        """Ceux de ces usages qui sont inscrits : leur premier constat, et où ils en sont."""

    async def constats(self, usage_id: UUID) -> Sequence[Constat]:
        """Tout ce qu'on en a dit, dans l'ordre."""

    async def ajouter(self, neufs: Sequence[tuple[Usage, Constat]]) -> None: ...

    async def corriger(self, usage: Usage, constat: Constat) -> None:
        """Écrit l'usage tel qu'il devient, et ajoute le constat."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire; l'organisme se verrouille : deux constats d'un usage s'attendent."""

    usages: Usages
    organismes: Organismes
    bornes: Bornes
