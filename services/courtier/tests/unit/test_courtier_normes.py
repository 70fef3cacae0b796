"""Les normes livrées : entières, datées, et la table de conservation du guide (CI-16 à CI-24)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from courtier.normes.adaptateurs.reference import lire_normes
from courtier.normes.domaine import NormesDatees, Transmission
from courtier.pieces.domaine import GenrePiece
from noyau import Conflit

LE = date(2026, 9, 2)
GUIDE = {
    GenrePiece.CHOIX: (None, Transmission.SUR_DEMANDE),
    GenrePiece.AUTORISATION_DIRIGEANT: (7, Transmission.SUR_DEMANDE),
    GenrePiece.CONTRAT_SIGNE: (7, Transmission.CINQ_JOURS_OUVRABLES),
    GenrePiece.COMMANDE: (7, Transmission.SUR_DEMANDE),
    GenrePiece.AVENANT_SIGNE: (7, Transmission.CINQ_JOURS_OUVRABLES),
    GenrePiece.EVALUATION_RENDEMENT: (7, Transmission.CINQ_JOURS_OUVRABLES),
    GenrePiece.RESILIATION: (7, Transmission.AUSSITOT),
    GenrePiece.FACTURE: (7, Transmission.SUR_DEMANDE),
    GenrePiece.COMMUNICATION: (7, Transmission.SUR_DEMANDE),
    GenrePiece.DIFFEREND: (7, Transmission.SUR_DEMANDE),
}
"""La table de la section 4.13 du guide, recopiée."""


def test_la_table_de_conservation_est_celle_du_guide_ci_23() -> None:
    lue = lire_normes().le(LE).pieces
    assert {g: (lue[g].annees, lue[g].transmission) for g in GUIDE} == GUIDE


def test_tout_genre_de_piece_a_sa_conservation_ci_23() -> None:
    assert set(lire_normes().le(LE).pieces) == set(GenrePiece)


def test_une_norme_vaut_du_jour_de_sa_version_a_la_suivante_ci_18() -> None:
    d_office = lire_normes().le(LE)
    haute = replace(d_office, seao=replace(d_office.seao, seuil=Decimal(40_000)))
    datees = NormesDatees.de({date(2020, 1, 1): d_office, date(2027, 4, 1): haute})
    assert datees.le(date(2027, 3, 31)).seao.seuil == Decimal(25_000)
    assert datees.le(date(2027, 4, 1)).seao.seuil == Decimal(40_000)
    with pytest.raises(Conflit, match="31 décembre 2019"):
        datees.le(date(2019, 12, 31))
