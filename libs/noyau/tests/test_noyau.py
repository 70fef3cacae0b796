"""Le noyau : cents exacts, un seul arrondi (FAC-1), mois et exercices (FAC-6)."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noyau import (
    DERNIER_JOUR,
    PREMIER_JOUR,
    InstantImpossible,
    InstantNaif,
    Mois,
    Montant,
    debut_du_jour,
    en_utc,
    exercice_de,
    instant_plausible,
    jour_de_quebec,
)

decimaux = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)


@given(decimaux)
def test_arrondi_egal_celui_de_decimal(valeur: Decimal) -> None:
    """FAC-1 : la demie s'éloigne de zéro; l'oracle est `Decimal.quantize`."""
    assert Montant.de(valeur).decimal == valeur.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("6.254999", "6.25"), ("147", "147.00")],
)
def test_demi_cent(valeur: str, texte: str) -> None:
    assert str(Montant.de(valeur)) == texte


def test_fraction_exacte() -> None:
    """FAC-1 : 147 $ × 12 ÷ 30 ne passe par aucun flottant."""
    assert Montant.de(Fraction(147) * 12 / 30) == Montant(5880)


@pytest.mark.parametrize("valeur", ["NaN", "inf", "abc", ""])
def test_pas_un_montant(valeur: str) -> None:
    with pytest.raises(ValueError, match="montant"):
        Montant.de(valeur)


@given(st.dates(date(2015, 1, 1), date(2040, 12, 31)))
def test_mois_et_exercice(jour: date) -> None:
    mois = Mois.de(jour)
    assert mois.debut <= jour < mois.fin
    assert mois.suivant.precedent == mois == Mois.lire(str(mois))
    debut = int(exercice_de(jour)[:4])
    assert date(debut, 4, 1) <= jour < date(debut + 1, 4, 1)


@pytest.mark.parametrize("texte", ["2026-13", "2026-00", "26-09", "2026/09", "2026-9", ""])
def test_mois_mal_forme(texte: str) -> None:
    with pytest.raises(ValueError, match="mois"):
        Mois.lire(texte)


def test_jour_de_quebec_la_nuit() -> None:
    """Un instant UTC d'après minuit est encore la veille au Québec."""
    assert jour_de_quebec(datetime(2026, 9, 8, 3, 59, tzinfo=UTC)) == date(2026, 9, 7)
    assert debut_du_jour(date(2026, 11, 2)) == datetime(2026, 11, 2, 5, tzinfo=UTC)


def test_instant_naif_refuse() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        en_utc(datetime(2026, 9, 8))  # noqa: DTZ001 -- le cas même


@pytest.mark.parametrize(
    ("texte", "permis"),
    [
        ("0001-01-01T00:00:00Z", False),  # la date non dite de Go et de .NET
        ("0001-01-01T00:00:00+14:00", False),  # avant le premier instant d'UTC
        ("1999-12-31T23:59:59.999999-05:00", False),
        ("2000-01-01T00:00:00Z", False),  # à Québec, encore 1999
        ("2000-01-01T00:00:00-05:00", True),
        ("2100-12-31T23:59:59.999999Z", True),
        ("2100-12-31T23:59:59-05:00", False),  # en UTC, déjà 2101
        ("9999-12-31T23:59:59.999999-12:00", False),  # après le dernier instant d'UTC
    ],
)
def test_un_instant_est_des_annees_2000_a_2100(texte: str, *, permis: bool) -> None:
    instant = datetime.fromisoformat(texte)
    if permis:
        assert instant_plausible(instant) == instant
    else:
        with pytest.raises(InstantImpossible, match="2000 à 2100"):
            instant_plausible(instant)


def test_un_instant_naif_n_est_pas_plausible() -> None:
    with pytest.raises(InstantNaif):
        instant_plausible(datetime.max)  # noqa: DTZ901 -- ce que rend le pilote


_FUSEAUX = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(timezones=_FUSEAUX))
def test_un_instant_plausible_a_ses_deux_jours_plausibles(instant: datetime) -> None:
    """Quel que soit son fuseau, rien ne déborde, et ses jours à Québec et en UTC sont permis."""
    try:
        lu = instant_plausible(instant)
    except InstantImpossible:
        return
    assert PREMIER_JOUR <= jour_de_quebec(lu) <= DERNIER_JOUR
    assert PREMIER_JOUR <= lu.date() <= DERNIER_JOUR
