"""FAC-8 : le nom sous lequel une pièce s'enregistre, et les bornes de ce qu'on en garde."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from facturation.contestations.domaine.pieces import (
    OCTETS_ORGANISME_MAX,
    GenrePiece,
    Piece,
    exiger_nom,
    exiger_place,
)
from noyau import Conflit


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("relevé.pdf", "relevé.csv"),
        ("C:\\fichiers\\relevé.exe", "relevé.csv"),
        ("/etc/passwd", "passwd.csv"),
        ("CON", "_CON.csv"),
        ("aux.txt", "_aux.csv"),
        ("nul.tar.gz", "_nul.tar.csv"),
        ("Lpt1 .pdf", "_Lpt1.csv"),
        ("contrat.pdf", "contrat.csv"),
        (".htaccess", "htaccess.csv"),
        ("facture\u202efdp.exe", "facture_fdp.csv"),
        ("a:b|c?.csv", "a_b_c_.csv"),
        ("rapport... .csv", "rapport.csv"),
    ],
)
def test_fac_8_le_nom_d_une_piece_ne_nomme_qu_un_fichier(nom: str, attendu: str) -> None:
    exiger_nom(nom)
    piece = Piece(
        contestation_id=UUID(int=1),
        organisme="MTQ",
        empreinte="0" * 64,
        nom=nom,
        genre=GenrePiece.CSV,
        taille=1,
        versee_le=datetime(2026, 9, 1, tzinfo=UTC),
        versee_par="gestionnaire-1",
    )
    assert piece.fichier == attendu


@pytest.mark.parametrize("nom", ["../../etc/passwd", "..\\a.pdf", "a/..", "dossier/", "..", ". ."])
def test_fac_8_un_nom_qui_remonte_un_dossier_se_refuse(nom: str) -> None:
    with pytest.raises(Conflit) as refus:
        exiger_nom(nom)
    assert refus.value.regle == "FAC-8"


def test_fac_8_les_pieces_d_un_organisme_ont_une_borne() -> None:
    exiger_place(0, OCTETS_ORGANISME_MAX - 10, 10)
    with pytest.raises(Conflit, match="organisme") as refus:
        exiger_place(0, OCTETS_ORGANISME_MAX - 10, 11)
    assert refus.value.details["octets_organisme_max"] == OCTETS_ORGANISME_MAX
