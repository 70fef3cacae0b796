"""CAT-9 : la grammaire fermée des prédicats; absent ou inconnu ne répond à rien."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noyau import TOUJOURS, Comparaison, FaitNomme, Predicat, compatibles

GAMMES = ("ordinaire", "detachable", "inconnue")


def parmi(fait: str, *codes: str) -> Comparaison:
    return Comparaison(fait=fait, parmi=codes)


@pytest.mark.parametrize(
    ("comparaison", "faits", "attendu"),
    [
        (parmi("gamme", "detachable"), {"gamme": "detachable"}, True),
        (parmi("gamme", "detachable"), {"gamme": "quantique"}, False),
        (parmi("gamme", "detachable"), {"gamme": None}, False),
        (parmi("gamme", "detachable"), {}, False),
        (Comparaison(fait="multiple", egale=True), {"multiple": True}, True),
        (Comparaison(fait="multiple", egale=True), {"multiple": 1}, False),
        (Comparaison(fait="multiple", egale=False), {"multiple": False}, True),
        (Comparaison(fait="multiple", egale=False), {}, False),
        (Comparaison(fait="minutes", egale="60"), {"minutes": 60}, True),
        (Comparaison(fait="minutes", egale="60"), {"minutes": Decimal("60.0")}, True),
        (Comparaison(fait="minutes", egale="60"), {"minutes": True}, False),
        (Comparaison(fait="minutes", au_moins=Decimal(60)), {"minutes": 59}, False),
        (Comparaison(fait="minutes", au_moins=Decimal(60)), {"minutes": "60.5"}, True),
        (Comparaison(fait="minutes", au_moins=Decimal(60)), {"minutes": "soixante"}, False),
        (Comparaison(fait="minutes", au_moins=Decimal(0)), {"minutes": False}, False),
    ],
)
def test_cat_9_une_comparaison(
    comparaison: Comparaison, faits: Mapping[str, FaitNomme], attendu: bool
) -> None:
    assert comparaison.vraie(faits) is attendu


def test_cat_9_sans_exigence_rien_ne_repond_de_deux_les_deux_tiennent() -> None:
    assert not Comparaison(fait="minutes").vraie({"minutes": 60})
    deux = Comparaison(fait="minutes", egale="60", au_moins=Decimal(61))
    assert not deux.vraie({"minutes": 60})


def test_cat_9_un_de_tous() -> None:
    poste = parmi("sorte", "poste_physique")
    multiple = Comparaison(fait="multiple", egale=True)
    predicat = Predicat(((poste, multiple), (parmi("gamme", "detachable"),)))
    assert predicat.vrai({"sorte": "poste_physique", "multiple": True})
    assert predicat.vrai({"gamme": "detachable"})
    assert not predicat.vrai({"sorte": "poste_physique", "multiple": False})
    assert predicat.faits == ("sorte", "multiple", "gamme")
    assert TOUJOURS.vrai({})
    assert not Predicat(()).vrai({"sorte": "poste_physique"})


COMPARAISONS = st.one_of(
    st.builds(
        Comparaison,
        fait=st.sampled_from(["gamme", "minutes"]),
        parmi=st.lists(st.sampled_from((*GAMMES, "7")), max_size=3).map(tuple),
    ),
    st.builds(
        Comparaison,
        fait=st.sampled_from(["gamme", "multiple", "minutes"]),
        egale=st.sampled_from([True, False, "7", "12", "ordinaire"]),
    ),
    st.builds(
        Comparaison,
        fait=st.just("minutes"),
        au_moins=st.integers(min_value=0, max_value=15).map(Decimal),
    ),
)
PREDICATS = st.lists(st.lists(COMPARAISONS, max_size=3).map(tuple), min_size=1, max_size=2).map(
    lambda un: Predicat(tuple(un))
)
VALEURS: tuple[FaitNomme, ...] = (None, True, False, *GAMMES, "7", "12", *range(16))
MONDE = [
    dict(zip(("gamme", "minutes", "multiple"), valeurs, strict=True))
    for valeurs in product(VALEURS, VALEURS, VALEURS)
]


@given(PREDICATS, PREDICATS)
def test_cat_9_compatibles_dit_ce_que_l_essai_de_toutes_les_valeurs_dit(
    un: Predicat, autre: Predicat
) -> None:
    assert len(MONDE) > 10_000
    assert compatibles(un, autre) is any(un.vrai(f) and autre.vrai(f) for f in MONDE)
