"""SLA-1, SLA-5(d), TEL-3 : les plages horaires, en instants, changements d'heure compris."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendrier import (
    Calendrier,
    GenrePlage,
    JourHorsCalendrier,
    instant_de_quebec,
    lire_versions,
    version_depuis_document,
)
from libs.calendrier.tests import oracle_calendrier as oracle
from noyau import InstantNaif

CALENDRIER = Calendrier.depuis(lire_versions()[0])
CSC, SOUTIEN, VISIO, MAINTENANCE = (
    GenrePlage.CSC,
    GenrePlage.SOUTIEN_ETENDU,
    GenrePlage.VISIOCONFERENCE,
    GenrePlage.MAINTENANCE,
)


def local(texte: str) -> datetime:
    """Une heure murale de Québec sans ambiguïté."""
    return datetime.fromisoformat(texte).replace(tzinfo=oracle.QUEBEC)


def heures(calendrier: Calendrier, genre: GenrePlage, debut: str, fin: str) -> list[str]:
    return [
        f"{p.debut.astimezone(oracle.QUEBEC):%d %H:%M}-{p.fin.astimezone(oracle.QUEBEC):%d %H:%M}"
        for p in calendrier.plages(genre, local(debut), local(fin))
    ]


def test_sla1_les_heures_du_csc_autour_de_la_fete_du_travail(calendrier: Calendrier) -> None:
    assert heures(calendrier, CSC, "2026-09-04T00:00", "2026-09-09T00:00") == [
        "04 07:30-04 17:00",
        "08 07:30-08 17:00",
    ]


def test_sla1_le_soutien_etendu_autour_de_la_fete_du_travail(calendrier: Calendrier) -> None:
    assert heures(calendrier, SOUTIEN, "2026-09-04T00:00", "2026-09-09T00:00") == [
        "04 17:00-04 22:00",
        "05 07:30-05 22:00",
        "06 07:30-06 22:00",
        "07 07:30-07 22:00",  # un lundi férié a les heures d'une fin de semaine
        "08 17:00-08 22:00",
    ]


def test_tel3_la_visioconference_exclut_les_feries(calendrier: Calendrier) -> None:
    assert heures(calendrier, VISIO, "2026-09-04T00:00", "2026-09-09T00:00") == [
        "04 08:30-04 17:00",
        "08 08:30-08 17:00",
    ]


def test_sla5_la_maintenance_laisse_le_lundi_de_0_h_a_6_h_au_service(
    calendrier: Calendrier,
) -> None:
    assert heures(calendrier, MAINTENANCE, "2026-09-13T12:00", "2026-09-22T00:00") == [
        "13 12:00-14 00:00",
        "14 22:00-15 06:00",
        "15 22:00-16 06:00",
        "16 22:00-17 06:00",
        "17 22:00-18 06:00",
        "18 22:00-21 00:00",  # vendredi 22 h, samedi et dimanche d'un trait
        "21 22:00-22 00:00",
    ]


def test_sla5_un_ferie_ne_change_rien_a_la_maintenance(calendrier: Calendrier) -> None:
    assert heures(calendrier, MAINTENANCE, "2026-09-07T00:00", "2026-09-09T00:00") == [
        "07 22:00-08 06:00",
        "08 22:00-09 00:00",
    ]


def test_sla5_les_minutes_de_maintenance_de_septembre_2026(calendrier: Calendrier) -> None:
    # 22 soirs de semaine × 2 h; matins de 0 h à 6 h du mardi au vendredi : 18 × 6 h, le samedi
    # étant déjà entier; 4 samedis et 4 dimanches × 24 h.
    attendues = (22 * 2 + 18 * 6 + 8 * 24) * 60
    debut, fin = local("2026-09-01T00:00"), local("2026-10-01T00:00")
    assert calendrier.minutes(MAINTENANCE, debut, fin) == attendues


def test_sla1_ouverture_et_fermeture_selon_la_saison(calendrier: Calendrier) -> None:
    assert calendrier.ouverture(date(2026, 1, 15)) == datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
    assert calendrier.fermeture(date(2026, 1, 15)) == datetime(2026, 1, 15, 22, tzinfo=UTC)
    assert calendrier.ouverture(date(2026, 7, 15)) == datetime(2026, 7, 15, 11, 30, tzinfo=UTC)
    assert calendrier.fermeture(date(2026, 7, 15)) == datetime(2026, 7, 15, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("vendredi", "fermeture_vendredi", "fermeture_lundi"),
    [
        (date(2026, 3, 6), 22, 21),  # l'heure avance le dimanche 8 mars
        (date(2026, 10, 30), 21, 22),  # elle recule le dimanche 1er novembre
    ],
)
def test_sla1_la_fermeture_suit_le_changement_d_heure(
    calendrier: Calendrier, vendredi: date, fermeture_vendredi: int, fermeture_lundi: int
) -> None:
    assert calendrier.fermeture(vendredi).hour == fermeture_vendredi
    assert calendrier.fermeture(vendredi + timedelta(days=3)).hour == fermeture_lundi


@pytest.mark.parametrize(
    ("dimanche", "heures_du_jour"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-09-13", 24)]
)
def test_sla5_un_dimanche_de_changement_d_heure_dure_23_ou_25_heures(
    calendrier: Calendrier, dimanche: str, heures_du_jour: int
) -> None:
    debut = local(f"{dimanche}T00:00")
    lundi = date.fromisoformat(dimanche) + timedelta(days=1)
    fin = local(f"{lundi}T00:00")
    assert calendrier.minutes(MAINTENANCE, debut, fin) == heures_du_jour * 60
    assert calendrier.minutes(SOUTIEN, debut, fin) == 14 * 60 + 30


def test_sla1_la_plage_de_nuit_du_31_decembre_2014_deborde_sur_2015(
    calendrier: Calendrier,
) -> None:
    debut = instant_de_quebec(date(2015, 1, 1), time(0))
    assert calendrier.minutes(MAINTENANCE, debut, debut + timedelta(hours=12)) == 6 * 60


def test_sla1_les_minutes_se_comptent_jusqu_au_dernier_instant_de_2040(
    calendrier: Calendrier,
) -> None:
    fin = instant_de_quebec(date(2041, 1, 1), time(0))
    assert calendrier.minutes(MAINTENANCE, fin - timedelta(hours=3), fin) == 2 * 60
    with pytest.raises(JourHorsCalendrier, match="2015 à 2040"):
        calendrier.plages(MAINTENANCE, fin, fin + timedelta(microseconds=1))
    with pytest.raises(JourHorsCalendrier, match="2015 à 2040"):
        calendrier.prochaine_plage(CSC, fin - timedelta(hours=1))


def test_sla5_les_minutes_s_arrondissent_une_seule_fois(calendrier: Calendrier) -> None:
    # 30 s le vendredi avant 17 h, 30 s le mardi après 7 h 30 : une minute, pas zéro.
    debut, fin = local("2026-09-04T16:59:30"), local("2026-09-08T07:30:30")
    assert calendrier.minutes(CSC, debut, fin) == 1
    assert calendrier.duree(CSC, debut, fin - timedelta(seconds=1)) == timedelta(seconds=59)
    assert calendrier.minutes(CSC, debut, fin - timedelta(seconds=1)) == 0


def test_sla1_une_plage_vide_ou_renversee_n_a_rien(calendrier: Calendrier) -> None:
    midi = local("2026-09-08T12:00")
    assert calendrier.plages(CSC, midi, midi) == ()
    assert calendrier.plages(CSC, midi, midi - timedelta(hours=1)) == ()
    with pytest.raises(InstantNaif, match="fuseau"):
        calendrier.plages(CSC, midi, datetime(2026, 9, 9))  # noqa: DTZ001 - c'est le cas refusé


def test_sla5_les_chevauchements_d_une_version_fusionnent() -> None:
    document: Any = lire_versions()[0].vers_document()
    document["horaires"]["maintenance"]["ouvrable"] = ["08:00-20:00", "09:00-10:00", "19:00-21:00"]
    calendrier = Calendrier.depuis(version_depuis_document(document))
    assert heures(calendrier, MAINTENANCE, "2026-09-08T00:00", "2026-09-09T00:00") == [
        "08 00:00-08 06:00",  # la nuit qui suit la fête du Travail
        "08 08:00-08 21:00",
    ]


@pytest.mark.parametrize(
    ("instant", "attendu"),
    [
        ("2026-09-04T16:59:59", "2026-09-04T16:59:59"),
        ("2026-09-04T17:00", "2026-09-08T07:30"),  # la fin d'une plage n'y est pas
        ("2026-09-08T07:29:59", "2026-09-08T07:30"),
        ("2026-12-30T18:00", "2027-01-05T07:30"),
    ],
)
def test_sla6_la_prochaine_heure_d_ouverture(
    calendrier: Calendrier, instant: str, attendu: str
) -> None:
    assert calendrier.prochaine_plage(CSC, local(instant)) == local(attendu)


def _dans_plage(genre: GenrePlage, instant: datetime) -> bool:
    """Les heures de SLA-1, SLA-5(d) et TEL-3, relues à l'horloge murale."""
    mur = instant.astimezone(oracle.QUEBEC)
    minute, rang = mur.hour * 60 + mur.minute, mur.weekday()
    ouvrable = oracle.ouvrable(mur.date())
    match genre:
        case GenrePlage.CSC:
            return ouvrable and 450 <= minute < 1020
        case GenrePlage.VISIOCONFERENCE:
            return ouvrable and 510 <= minute < 1020
        case GenrePlage.SOUTIEN_ETENDU:
            return (1020 if ouvrable else 450) <= minute < 1320
        case GenrePlage.MAINTENANCE:
            soir, matin = rang <= 4 and minute >= 1320, 1 <= rang <= 4 and minute < 360
            return rang >= 5 or soir or matin


PREMIER = datetime(2015, 1, 2, tzinfo=UTC)
INSTANTS = st.integers(0, 25 * 365 * 86_400_000_000).map(
    lambda us: PREMIER + timedelta(microseconds=us)
)


@given(INSTANTS, st.sampled_from(GenrePlage))
def test_sla1_un_instant_est_dans_sa_plage_comme_l_horloge_murale_le_dit(
    instant: datetime, genre: GenrePlage
) -> None:
    assert CALENDRIER.dans_plage(genre, instant) == _dans_plage(genre, instant)
    suivant = CALENDRIER.prochaine_plage(genre, instant)
    assert suivant >= instant
    assert _dans_plage(genre, suivant)


@given(INSTANTS, st.integers(0, 12 * 1440), st.integers(0, 12 * 1440), st.sampled_from(GenrePlage))
def test_sla5_les_durees_s_additionnent(
    instant: datetime, minutes_a: int, minutes_b: int, genre: GenrePlage
) -> None:
    milieu = instant + timedelta(minutes=minutes_a)
    fin = milieu + timedelta(minutes=minutes_b)
    total = CALENDRIER.duree(genre, instant, fin)
    assert total == CALENDRIER.duree(genre, instant, milieu) + CALENDRIER.duree(genre, milieu, fin)
    assert timedelta() <= total <= fin - instant


@given(
    INSTANTS.map(lambda instant: instant.replace(second=0, microsecond=0)),
    st.sampled_from(GenrePlage),
)
def test_sla5_les_minutes_comme_un_balayage_minute_par_minute(
    debut: datetime, genre: GenrePlage
) -> None:
    duree = 26 * 60
    balayees = sum(_dans_plage(genre, debut + timedelta(minutes=m)) for m in range(duree))
    assert CALENDRIER.minutes(genre, debut, debut + timedelta(minutes=duree)) == balayees
