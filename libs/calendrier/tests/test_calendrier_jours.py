"""SLA-1, CI-12 : compter, avancer et reculer en jours ouvrables."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendrier import (
    Calendrier,
    ErreurCalendrier,
    JourHorsCalendrier,
    JourNonOuvrable,
    date_longue,
    echeance,
    lire_versions,
)
from calendrier.lot import ajouter_lot, compter_ouvrables
from libs.calendrier.tests import oracle_calendrier as oracle
from noyau import InstantNaif, jour_de_quebec

CALENDRIER = Calendrier.depuis(lire_versions()[0])
DEBUT, FIN = date(2015, 1, 1), date(2040, 12, 31)
JOURS = st.dates(DEBUT, FIN)


def test_sla1_chaque_jour_est_ouvrable_comme_l_oracle(calendrier: Calendrier) -> None:
    for i in range((FIN - DEBUT).days + 1):
        jour = DEBUT + timedelta(days=i)
        assert calendrier.est_ouvrable(jour) == oracle.ouvrable(jour), jour


@pytest.mark.parametrize(
    ("annee", "mois", "attendu"),
    [
        (2026, 9, date(2026, 9, 1)),
        (2026, 8, date(2026, 8, 3)),  # le 1er un samedi
        (2026, 7, date(2026, 7, 2)),  # fête du Canada
        (2026, 1, date(2026, 1, 5)),  # 1er et 2 fériés, puis fin de semaine
        (2017, 1, date(2017, 1, 4)),  # dimanche, puis deux reports
        (2022, 1, date(2022, 1, 5)),
        (2018, 4, date(2018, 4, 3)),  # Pâques le 1er avril : le lundi est férié
    ],
)
def test_ci12_premier_jour_ouvrable_du_mois(
    calendrier: Calendrier, annee: int, mois: int, attendu: date
) -> None:
    assert calendrier.premier_ouvrable_du_mois(annee, mois) == attendu


@pytest.mark.parametrize(
    ("jour", "n", "attendu"),
    [
        (date(2026, 9, 4), 1, date(2026, 9, 8)),  # vendredi, puis la fête du Travail
        (date(2026, 9, 5), 1, date(2026, 9, 8)),
        (date(2026, 9, 8), -1, date(2026, 9, 4)),
        (date(2026, 9, 7), -1, date(2026, 9, 4)),
        (date(2026, 9, 5), 0, date(2026, 9, 5)),
        (date(2026, 8, 28), 10, date(2026, 9, 14)),
        (date(2026, 12, 23), 2, date(2026, 12, 30)),  # 24, 25, 28 fériés
        (date(2026, 12, 30), 1, date(2027, 1, 5)),  # 31, 1er, et le 2 reporté au lundi 4
    ],
)
def test_sla1_ajouter_des_jours_ouvrables(
    calendrier: Calendrier, jour: date, n: int, attendu: date
) -> None:
    assert calendrier.ajouter_jours_ouvrables(jour, n) == attendu


def test_sla1_prochain_et_precedent_sont_stricts(calendrier: Calendrier) -> None:
    assert calendrier.prochain_ouvrable(date(2026, 9, 8)) == date(2026, 9, 9)
    assert calendrier.precedent_ouvrable(date(2026, 9, 9)) == date(2026, 9, 8)
    assert calendrier.prochain_ouvrable(date(2026, 9, 4)) == date(2026, 9, 8)
    assert calendrier.precedent_ouvrable(date(2026, 9, 8)) == date(2026, 9, 4)


@given(JOURS, st.integers(0, 900))
def test_sla1_compter_defait_ajouter(jour: date, n: int) -> None:
    try:
        arrivee = CALENDRIER.ajouter_jours_ouvrables(jour, n)
    except JourHorsCalendrier:
        return
    assert CALENDRIER.jours_ouvrables_entre(jour, arrivee) == n
    assert n == 0 or CALENDRIER.est_ouvrable(arrivee)


@given(JOURS, JOURS)
def test_sla1_l_intervalle_est_ouvert_a_gauche_et_ferme_a_droite(a: date, b: date) -> None:
    attendu = np.busday_count(
        a + timedelta(days=1),
        b + timedelta(days=1),
        holidays=np.array(sorted(_feries()), dtype="datetime64[D]"),
    )
    assert CALENDRIER.jours_ouvrables_entre(a, b) == max(0, attendu)


def _feries() -> set[date]:
    return {jour for annee in range(2015, 2041) for jour in oracle.feries(annee)}


def test_sla1_compter_en_lot_comme_busday_count(calendrier: Calendrier) -> None:
    hasard = np.random.default_rng(20260907)
    a = np.datetime64("2015-03-01") + hasard.integers(0, 9000, 20_000).astype("timedelta64[D]")
    b = a + hasard.integers(-50, 400, a.size).astype("timedelta64[D]")
    un = np.timedelta64(1, "D")
    feries = np.array(sorted(_feries()), dtype="datetime64[D]")
    attendus = np.maximum(0, np.busday_count(a + un, b + un, holidays=feries))
    assert (compter_ouvrables(a, b, calendrier) == attendus).all()


@given(st.lists(st.tuples(JOURS, st.integers(0, 300)), max_size=20))
def test_sla1_ajouter_en_lot_comme_un_par_un(paires: list[tuple[date, int]]) -> None:
    paires = [(j, n) for j, n in paires if j.year < 2039]
    jours = np.array([j for j, _ in paires], dtype="datetime64[D]")
    pas = np.array([n for _, n in paires], dtype=np.int64)
    attendus = [CALENDRIER.ajouter_jours_ouvrables(j, n) for j, n in paires]
    assert ajouter_lot(jours, pas, CALENDRIER).tolist() == attendus


def test_sla2_l_echeance_sans_suspension(calendrier: Calendrier) -> None:
    assert echeance(date(2026, 8, 28), 10, calendrier) == date(2026, 9, 14)
    with pytest.raises(ErreurCalendrier, match="négatif"):
        echeance(date(2026, 8, 28), -1, calendrier)
    with pytest.raises(ErreurCalendrier, match="négatif"):
        ajouter_lot(np.array(["2026-08-28"], dtype="datetime64[D]"), -1, calendrier)


AVANT, APRES = date(2014, 12, 31), date(2041, 1, 1)


@pytest.mark.parametrize(
    "appel",
    [
        lambda c: c.est_ouvrable(AVANT),
        lambda c: c.est_ferie(APRES),
        lambda c: c.feries(2041),
        lambda c: c.prochain_ouvrable(date(2040, 12, 31)),
        lambda c: c.precedent_ouvrable(date(2015, 1, 1)),
        lambda c: c.jours_ouvrables_entre(AVANT, date(2026, 1, 1)),
        lambda c: c.premier_ouvrable_du_mois(2041, 1),
        lambda c: c.fermeture(APRES),
        lambda c: compter_ouvrables(_jours(AVANT), _jours(DEBUT), c),
        lambda c: compter_ouvrables(_jours(DEBUT), _jours(APRES), c),
        lambda c: compter_ouvrables(_jours(DEBUT), np.array(["NaT"], "datetime64[D]"), c),
        lambda c: ajouter_lot(_jours(FIN), 1, c),
    ],
)
def test_sla1_hors_des_annees_couvertes_l_erreur_est_claire(
    calendrier: Calendrier, appel: Callable[[Calendrier], object]
) -> None:
    with pytest.raises(JourHorsCalendrier, match="2015 à 2040"):
        appel(calendrier)


def _jours(jour: date) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.array([jour], dtype="datetime64[D]")


def test_sla1_les_bornes_du_calendrier_servent(calendrier: Calendrier) -> None:
    assert calendrier.jours_ouvrables_entre(DEBUT, FIN) == sum(
        oracle.ouvrable(DEBUT + timedelta(days=i)) for i in range(1, (FIN - DEBUT).days + 1)
    )


def test_sla1_un_jour_chome_n_a_ni_ouverture_ni_fermeture(calendrier: Calendrier) -> None:
    for jour in (date(2026, 9, 7), date(2026, 9, 6)):
        with pytest.raises(JourNonOuvrable, match=date_longue(jour)):
            calendrier.ouverture(jour)
        with pytest.raises(JourNonOuvrable):
            calendrier.fermeture(jour)


def test_sla1_un_instant_naif_est_refuse() -> None:
    with pytest.raises(InstantNaif, match="fuseau"):
        jour_de_quebec(datetime(2026, 9, 7, 12))  # noqa: DTZ001 - c'est le cas refusé
    assert jour_de_quebec(datetime(2026, 9, 8, 3, 59, tzinfo=UTC)) == date(2026, 9, 7)
    assert jour_de_quebec(datetime(2026, 9, 8, 4, tzinfo=UTC)) == date(2026, 9, 8)


def test_sla1_les_tableaux_sont_en_lecture_seule(calendrier: Calendrier) -> None:
    with pytest.raises(TypeError, match="read-only memory"):
        calendrier.tables.ouvrable[0] = True
