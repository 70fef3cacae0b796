"""CI-14, CI-20 : les frais du Courtier s'estiment à part, à la grille du jour."""

from datetime import date
from decimal import Decimal

import pytest

from courtier.frais.domaine import Frais, GrillesRecues, RetraitRecu
from noyau import Montant, Tranche

GRILLE = (
    Tranche(Decimal("0.00"), Decimal("250.00"), Decimal("0.015")),
    Tranche(Decimal("10000.00"), Decimal("300.00"), Decimal("0.01")),
)
AVRIL, OCTOBRE, JANVIER = date(2026, 4, 1), date(2026, 10, 1), date(2027, 1, 1)
PUBLIEES = Frais(
    (
        GrillesRecues("COURTIER", 1, AVRIL, ()),
        GrillesRecues("COURTIER", 2, OCTOBRE, (GRILLE,)),
        GrillesRecues("POSTES", 1, AVRIL, ()),
    )
)


@pytest.mark.parametrize(
    ("montant", "frais"),
    [
        ("9999.99", "400.00"),
        ("10000.00", "400.00"),
        ("12000.00", "420.00"),
        ("31200.00", "612.00"),
        ("0.00", "250.00"),
    ],
)
def test_ci_14_les_frais_du_courtier_s_estiment_a_la_grille_du_jour(
    montant: str, frais: str
) -> None:
    assert PUBLIEES.estimer(Montant.de(montant), OCTOBRE) == Montant.de(frais)


def test_ci_20_sans_grille_en_vigueur_rien_ne_s_estime() -> None:
    for connues, le in ((Frais(), OCTOBRE), (PUBLIEES, date(2026, 9, 30))):
        assert connues.estimer(Montant.de("12000.00"), le) is None
    haute = Frais((GrillesRecues("COURTIER", 1, AVRIL, (GRILLE[1:],)),))
    assert haute.estimer(Montant.de("9999.99"), OCTOBRE) is None


def test_cat_2_une_grille_retiree_n_estime_rien_quel_que_soit_l_ordre() -> None:
    doublee = (Tranche(Decimal(0), Decimal("500.00"), Decimal(0)),)
    neuve = GrillesRecues("COURTIER", 3, JANVIER, (doublee,))
    toutes = Frais((neuve, *PUBLIEES.versions))
    assert toutes.estimer(Montant.de("12000.00"), JANVIER) == Montant.de("500.00")
    retiree = Frais(toutes.versions, (RetraitRecu("COURTIER", 3, JANVIER),))
    assert retiree.estimer(Montant.de("12000.00"), JANVIER) == Montant.de("420.00")
