"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from courtier.pieces.domaine import Piece


class Pieces(Protocol):
    """Les pièces, de la plus ancienne à la plus récente; rien n'en récrit une."""

    async def ajouter(self, piece: Piece) -> None:
        """Lève `Conflit` (CI-23) d'un document qui y prouve déjà autre chose."""
        ...

    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Piece]: ...
    async def du_contrat(self, organisme: str, contrat_id: UUID) -> Sequence[Piece]: ...
