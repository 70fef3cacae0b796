"""Les pièces sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.pieces.adaptateurs.tables import pieces
from courtier.pieces.domaine import (
    GenrePiece,
    Piece,
    Prise,
    Visa,
    exiger_d_un_seul,
    exiger_un_seul_genre,
)
from courtier.pieces.ports import DocumentsPrepares
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne

_DE_L_ORGANISME = (
    select(pieces).where(pieces.c.organisme == bindparam("organisme")).order_by(pieces.c.id)
)
_DU_DOSSIER = _DE_L_ORGANISME.where(pieces.c.dossier_id == bindparam("dossier_id"))
_DU_CONTRAT = _DE_L_ORGANISME.where(pieces.c.contrat_id == bindparam("contrat_id"))
_PRISES = (
    select(pieces.c.genre, pieces.c.dossier_id, pieces.c.contrat_id, pieces.c.avenant_id)
    .where(
        pieces.c.organisme == bindparam("organisme"),
        pieces.c.empreinte == bindparam("empreinte"),
    )
    .distinct()
)
"""Ce que prouvent déjà les pièces d'une même empreinte."""


def piece_de(ligne: Ligne) -> Piece:
    """La pièce d'une ligne de `pieces`."""
    return objet(
        Piece,
        ligne,
        genre=GenrePiece(ligne.genre),
        deposee=Visa(ligne.deposee_par, ligne.deposee_le),
    )


def ligne_de_piece(piece: Piece) -> dict[str, Any]:
    """La ligne de `pieces` d'une pièce."""
    return {
        "organisme": piece.organisme,
        "id": piece.id,
        "genre": piece.genre,
        "dossier_id": piece.dossier_id,
        "contrat_id": piece.contrat_id,
        "avenant_id": piece.avenant_id,
        "titre": piece.titre,
        "empreinte": piece.empreinte,
        "datee_le": piece.datee_le,
        "deposee_par": piece.deposee.par,
        "deposee_le": piece.deposee.le,
    }


@dataclass(frozen=True, slots=True)
class PiecesSql:
    """Tient `ports.Pieces`."""

    connexion: Connexion
    prepares: DocumentsPrepares

    async def prises(self, organisme: str, empreinte: str) -> Sequence[Prise]:
        """Tout ce que prouve déjà ce document de l'organisme : pièces, contrats et avenants."""
        vise = {"organisme": organisme, "empreinte": empreinte}
        deposees = await self.connexion.lignes(_PRISES, vise)
        prepares = await self.prepares.prises(organisme, empreinte)
        return [*(objet(Prise, ligne, prepare=False) for ligne in deposees), *prepares]

    async def ajouter(self, piece: Piece) -> None:
        piece.exiger_une_seule_chose(await self.prises(piece.organisme, piece.empreinte))
        await self.connexion.ecrire(insert(pieces), ligne_de_piece(piece))

    async def preparer_un_avenant(self, organisme: str, avenant_id: UUID, empreinte: str) -> None:
        prises = await self.prises(organisme, empreinte)
        exiger_un_seul_genre(GenrePiece.AVENANT_SIGNE, prises)
        exiger_d_un_seul(prises, avenant_id)

    async def preparer_un_contrat(
        self, organisme: str, contrat_id: UUID, dossier_id: UUID, *empreintes: str
    ) -> None:
        for empreinte in empreintes:
            prises = await self.prises(organisme, empreinte)
            exiger_un_seul_genre(GenrePiece.CONTRAT_SIGNE, prises)
            exiger_d_un_seul(prises, contrat_id, dossier_id)

    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Piece]:
        lues = await self.connexion.lignes(
            _DU_DOSSIER, {"organisme": organisme, "dossier_id": dossier_id}
        )
        return [piece_de(ligne) for ligne in lues]

    async def du_contrat(self, organisme: str, contrat_id: UUID) -> Sequence[Piece]:
        lues = await self.connexion.lignes(
            _DU_CONTRAT, {"organisme": organisme, "contrat_id": contrat_id}
        )
        return [piece_de(ligne) for ligne in lues]
