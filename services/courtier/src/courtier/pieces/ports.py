"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from courtier.pieces.domaine import Piece, Prise


class DocumentsPrepares(Protocol):
    """Les documents mêmes des contrats et des avenants; une aire plus haute les tient."""

    async def prises(self, organisme: str, empreinte: str) -> Sequence[Prise]:
        """Les contrats et les avenants de l'organisme dont c'est le document."""
        ...


class Pieces(Protocol):
    """Les pièces, de la plus ancienne à la plus récente; rien n'en récrit une."""

    async def ajouter(self, piece: Piece) -> None:
        """Lève `Conflit` (CI-23) d'un document qui prouve déjà autre chose."""
        ...

    async def preparer_un_avenant(self, organisme: str, avenant_id: UUID, empreinte: str) -> None:
        """Lève `Conflit` (CI-23) si le document que l'on prépare prouve déjà autre chose.

        Celui d'un avenant abandonné sans être signé ne prouve rien.
        """
        ...

    async def preparer_un_contrat(
        self, organisme: str, contrat_id: UUID, dossier_id: UUID, *empreintes: str
    ) -> None:
        """De même; ou s'il est celui du contrat d'un autre dossier."""
        ...

    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Piece]: ...
    async def du_contrat(self, organisme: str, contrat_id: UUID) -> Sequence[Piece]: ...
