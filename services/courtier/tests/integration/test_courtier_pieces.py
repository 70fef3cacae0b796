"""Les pièces et les obligations, sur une vraie base (CI-16, CI-23)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from courtier.obligations.adaptateurs.depots import ObligationsSql
from courtier.pieces.adaptateurs.depots import PiecesSql
from courtier.pieces.domaine import GenrePiece, Piece
from noyau import Conflit
from services.courtier.tests.builders import LE_2_SEPTEMBRE, acte
from services.courtier.tests.marche import Marche
from services.courtier.tests.unit.test_courtier_obligations import COPIE

pytestmark = pytest.mark.integration

DOSSIER, CONTRAT = UUID(int=50), UUID(int=60)


def piece(
    identifiant: int,
    organisme: str = "MTQ",
    *,
    le: date = date(2026, 9, 1),
    dossier_id: UUID | None = DOSSIER,
    contrat_id: UUID | None = CONTRAT,
) -> Piece:
    return Piece.deposer(
        UUID(int=identifiant),
        organisme,
        GenrePiece.CHOIX,
        titre="Analyse comparative",
        empreinte="d" * 64,
        datee_le=le,
        dossier_id=dossier_id,
        contrat_id=contrat_id,
        acte=acte(),
    )


def test_une_piece_n_est_ni_a_venir_ni_sans_objet_ci_23() -> None:
    with pytest.raises(Conflit, match="à venir"):
        piece(1, le=date(2026, 9, 3))
    with pytest.raises(Conflit, match="d'un dossier ou d'un contrat"):
        piece(1, dossier_id=None, contrat_id=None)


async def test_les_pieces_se_lisent_du_dossier_et_du_contrat_de_l_organisme(marche: Marche) -> None:
    async with marche.banc.interne() as connexion:
        pieces = PiecesSql(connexion)
        for deposee in (piece(1), piece(2), piece(3, "SQ")):
            await pieces.ajouter(deposee)
        assert list(await pieces.du_dossier("MTQ", DOSSIER)) == [piece(1), piece(2)]
        assert list(await pieces.du_contrat("SQ", CONTRAT)) == [piece(3, "SQ")]


async def test_un_document_ne_prouve_qu_une_chose_d_un_objet_ci_23(marche: Marche) -> None:
    async with marche.banc.interne() as connexion:
        pieces = PiecesSql(connexion)
        await pieces.ajouter(piece(1))
        await pieces.ajouter(piece(2))
        memes = (piece(3), piece(3, dossier_id=None), piece(3, contrat_id=None))
        for autre in (replace(meme, genre=GenrePiece.EFVP) for meme in memes):
            with pytest.raises(Conflit) as refus:
                await pieces.ajouter(autre)
            assert (refus.value.regle, refus.value.details) == ("CI-23", {"genres": ["choix"]})
        ailleurs = piece(4, dossier_id=UUID(int=51), contrat_id=None)
        await pieces.ajouter(replace(ailleurs, genre=GenrePiece.EFVP))


async def test_une_seule_obligation_court_par_nature_et_par_objet(marche: Marche) -> None:
    async with marche.banc.interne() as connexion:
        obligations = ObligationsSql(connexion)
        await obligations.ouvrir(COPIE)
        await obligations.ouvrir(replace(COPIE, id=UUID(int=9)))
        assert list(await obligations.courantes("MTQ", COPIE.objet_id)) == [COPIE]
        await obligations.enregistrer(COPIE.remplir(LE_2_SEPTEMBRE))
        assert list(await obligations.courantes("MTQ", COPIE.objet_id)) == []
        seconde = replace(COPIE, id=UUID(int=9), rappels=(date(2026, 9, 9),))
        await obligations.ouvrir(seconde)
        assert list(await obligations.courantes("MTQ", COPIE.objet_id)) == [seconde]
