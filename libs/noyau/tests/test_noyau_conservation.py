"""Ce qui naît un jour se garde la plus longue des durées en vigueur depuis."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noyau import PREMIER_JOUR, Conservation, mois_plus_tard

SEPT_ANS = Conservation.de({PREMIER_JOUR: 84})
JOURS = st.dates(PREMIER_JOUR, date(2060, 12, 31))
VERSIONS = st.dictionaries(JOURS, st.integers(1, 240), max_size=4).map(
    lambda autres: Conservation.de({PREMIER_JOUR: 84, **autres})
)


def gardee(garde: Conservation, ne_le: date, le: date) -> bool:
    return any(debut <= ne_le and (fin is None or ne_le < fin) for debut, fin in garde.gardees(le))


@pytest.mark.parametrize(
    ("ne_le", "echoit_le"),
    [
        (date(2020, 5, 10), date(2027, 5, 11)),
        (date(2024, 2, 28), date(2031, 3, 1)),
        (date(2024, 2, 29), date(2031, 3, 1)),
        (date(2021, 2, 28), date(2028, 3, 1)),
        (date(2020, 12, 31), date(2028, 1, 1)),
    ],
)
def test_sept_ans_se_comptent_du_lendemain_le_29_fevrier_compris(
    ne_le: date, echoit_le: date
) -> None:
    assert SEPT_ANS.echoit_le(ne_le, echoit_le) == echoit_le
    assert gardee(SEPT_ANS, ne_le, echoit_le - timedelta(days=1))
    assert not gardee(SEPT_ANS, ne_le, echoit_le)


def test_raccourcie_une_duree_ne_detruit_rien_de_ce_qui_est_ne_avant() -> None:
    raccourcie = Conservation.de({PREMIER_JOUR: 84, date(2027, 1, 1): 12})
    la_veille, le_jour = date(2026, 12, 31), date(2027, 1, 1)
    for le in (date(2027, 1, 1), date(2028, 6, 1), date(2033, 12, 31)):
        assert gardee(raccourcie, la_veille, le)
    assert not gardee(raccourcie, la_veille, date(2034, 1, 1))
    assert gardee(raccourcie, le_jour, date(2028, 1, 1))
    assert not gardee(raccourcie, le_jour, date(2028, 1, 2)), "ce qui naît après suit la neuve"


def test_allongee_une_duree_garde_aussi_ce_qui_existe() -> None:
    allongee = Conservation.de({PREMIER_JOUR: 84, date(2027, 1, 1): 120})
    assert not gardee(allongee, date(2019, 1, 1), date(2026, 12, 31)), "déjà échue avant elle"
    assert gardee(allongee, date(2020, 1, 1), date(2029, 12, 31))


def test_raccourcie_puis_rallongee_la_plus_longue_vaut() -> None:
    garde = Conservation.de({PREMIER_JOUR: 84, date(2027, 1, 1): 12, date(2028, 1, 1): 60})
    assert garde.echoit_le(date(2027, 6, 1), date(2027, 12, 31)) == date(2028, 6, 2)
    assert garde.echoit_le(date(2027, 6, 1), date(2028, 1, 1)) == date(2032, 6, 2)


@pytest.mark.parametrize("versions", [{}, {date(2026, 1, 1): 84}, {date(1999, 12, 31): 84}])
def test_un_passe_sans_duree_se_refuse(versions: dict[date, int]) -> None:
    with pytest.raises(ValueError, match="la première durée"):
        Conservation.de(versions)


@given(VERSIONS, JOURS, JOURS)
def test_l_echeance_et_ce_qui_se_garde_disent_la_meme_chose(
    garde: Conservation, ne_le: date, le: date
) -> None:
    assert gardee(garde, ne_le, le) is (le < garde.echoit_le(ne_le, le))


@given(VERSIONS, JOURS, JOURS)
def test_rien_ne_part_avant_la_duree_en_vigueur_a_sa_naissance(
    garde: Conservation, ne_le: date, le: date
) -> None:
    durees = {v.valeur for v in garde.chronologie.versions if v.debut <= le}
    version = garde.chronologie.en_vigueur(ne_le)
    assert version is not None
    if version.debut <= le:
        assert garde.echoit_le(ne_le, le) > mois_plus_tard(ne_le, version.valeur)
    assert garde.echoit_le(ne_le, le) <= mois_plus_tard(ne_le, max(durees)) + timedelta(days=4)
