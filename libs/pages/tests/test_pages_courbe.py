"""Une courbe : ses tracés à l'échelle, jamais hors du cadre."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages import Cadre, Courbe, Serie, dessiner_courbe
from pages.courbe import HAUT, HAUTEUR, LARGEUR, MARGE

DEBUT, FIN = date(2026, 10, 1), date(2028, 10, 1)


def dessiner(
    *points: tuple[date, Decimal], plafond: str = "1000", le: date | None = None
) -> Courbe:
    cadre = Cadre(debut=DEBUT, fin=FIN, plafond=Decimal(plafond), plafond_dit="Montant", jour=le)
    return dessiner_courbe("Titre", "Dit.", [Serie("Commandé", "commande", points)], cadre)


@given(
    st.lists(st.tuples(st.dates(), st.decimals(0, 10**12, places=2)), min_size=1, max_size=40),
    st.decimals(0, 10**12, places=2),
)
def test_rien_ne_sort_du_cadre(points: list[tuple[date, Decimal]], plafond: Decimal) -> None:
    (trace,) = dessiner(*points, plafond=str(plafond)).traces
    for place in trace.chemin.removeprefix("M").split("L"):
        x, y = map(float, place.split())
        assert MARGE <= x <= LARGEUR
        assert HAUT <= y <= HAUTEUR


def test_un_trace_sans_point_ne_se_dessine_pas() -> None:
    assert dessiner().traces == ()


def test_le_plafond_est_au_sommet_tant_que_rien_ne_le_depasse() -> None:
    assert dessiner((FIN, Decimal(999))).y_du_plafond == HAUT
    assert dessiner((FIN, Decimal(2000))).y_du_plafond > HAUT


@pytest.mark.parametrize(("le", "vu"), [(DEBUT, True), (FIN, False), (date(2026, 9, 30), False)])
def test_le_jour_ne_se_dessine_que_dans_le_cadre(le: date, *, vu: bool) -> None:
    assert (dessiner(le=le).x_du_jour is not None) is vu


@pytest.mark.parametrize(
    ("plafond", "reperes"),
    [
        ("12000", ["0", "6 000", "12 000"]),
        ("125000", ["0 k", "62,5 k", "125 k"]),
        ("2500000", ["0 M", "1,2 M", "2,5 M"]),
    ],
)
def test_l_axe_garde_une_seule_unite(plafond: str, reperes: list[str]) -> None:
    dits = [dit for _, dit in dessiner(plafond=plafond).reperes_y]
    assert [dit.replace("\N{NO-BREAK SPACE}", " ") for dit in dits] == reperes
