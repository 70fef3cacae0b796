"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from courtier.obligations.domaine import Obligation


class Obligations(Protocol):
    """Les obligations. `courantes` verrouille celles qu'elle rend jusqu'à la fin de l'acte."""

    async def ouvrir(self, obligation: Obligation) -> None:
        """Sans effet si la même court déjà : une seule par nature et par objet."""

    async def courantes(self, organisme: str, objet_id: UUID) -> Sequence[Obligation]:
        """Celles de cet objet qui ne sont ni remplies ni abandonnées."""

    async def enregistrer(self, obligation: Obligation) -> None: ...
