"""SLA-1 : les treize jours fériés, leurs reports, de 2015 à 2040."""

from datetime import date, timedelta

import pytest

from calendrier import Calendrier
from libs.calendrier.tests import oracle_calendrier as oracle

ANNEES = range(2015, 2041)

PAQUES = {
    2015: (4, 5), 2016: (3, 27), 2017: (4, 16), 2018: (4, 1), 2019: (4, 21), 2020: (4, 12),
    2021: (4, 4), 2022: (4, 17), 2023: (4, 9), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5),
    2027: (3, 28), 2028: (4, 16), 2029: (4, 1), 2030: (4, 21), 2031: (4, 13), 2032: (3, 28),
    2033: (4, 17), 2034: (4, 9), 2035: (3, 25), 2036: (4, 13), 2037: (4, 5), 2038: (4, 25),
    2039: (4, 10), 2040: (4, 1),
}  # fmt: skip


def jours(calendrier: Calendrier, annee: int) -> set[date]:
    return {f.jour for f in calendrier.feries(annee)}


def mois_et_jours(calendrier: Calendrier, annee: int, *mois: int) -> list[str]:
    return [f"{f.jour:%m-%d}" for f in calendrier.feries(annee) if f.jour.month in mois]


@pytest.mark.parametrize("annee", ANNEES)
def test_sla1_paques_selon_la_table_et_selon_meeus(calendrier: Calendrier, annee: int) -> None:
    dimanche = date(annee, *PAQUES[annee])
    assert dimanche == oracle.paques(annee)
    libelles = {f.code: f.jour for f in calendrier.feries(annee)}
    assert libelles["vendredi-saint"] == dimanche - timedelta(days=2)
    assert libelles["lundi-de-paques"] == dimanche + timedelta(days=1)


@pytest.mark.parametrize("annee", ANNEES)
def test_sla1_treize_jours_comme_l_oracle(calendrier: Calendrier, annee: int) -> None:
    assert jours(calendrier, annee) == oracle.feries(annee)
    assert len(calendrier.feries(annee)) == 13


def test_sla1_l_annee_2026_a_la_main(calendrier: Calendrier) -> None:
    assert [(f"{f.jour:%m-%d}", f.libelle) for f in calendrier.feries(2026)] == [
        ("01-01", "Jour de l'An"),
        ("01-02", "Lendemain du jour de l'An"),
        ("04-03", "Vendredi saint"),
        ("04-06", "Lundi de Pâques"),
        ("05-18", "Journée nationale des patriotes"),
        ("06-24", "Fête nationale du Québec"),
        ("07-01", "Fête du Canada"),
        ("09-07", "Fête du Travail"),
        ("10-12", "Action de grâce"),
        ("12-24", "Veille de Noël"),
        ("12-25", "Noël"),
        ("12-28", "Lendemain de Noël"),
        ("12-31", "Veille du jour de l'An"),
    ]


@pytest.mark.parametrize(
    ("annee", "decembre"),
    [
        (2015, ["12-24", "12-25", "12-28", "12-31"]),  # le 26 un samedi
        (2016, ["12-23", "12-26", "12-27", "12-30"]),  # 24 samedi, 25 dimanche, 31 samedi
        (2017, ["12-22", "12-25", "12-26", "12-29"]),  # 24 et 31 dimanche
        (2018, ["12-24", "12-25", "12-26", "12-31"]),  # rien en fin de semaine
        (2021, ["12-24", "12-27", "12-28", "12-31"]),  # 25 samedi, 26 dimanche
        (2022, ["12-23", "12-26", "12-27", "12-30"]),
        (2023, ["12-22", "12-25", "12-26", "12-29"]),
        (2032, ["12-24", "12-27", "12-28", "12-31"]),
        (2040, ["12-24", "12-25", "12-26", "12-31"]),
    ],
)
def test_sla1_les_fetes_en_fin_de_semaine(
    calendrier: Calendrier, annee: int, decembre: list[str]
) -> None:
    assert mois_et_jours(calendrier, annee, 12) == decembre


@pytest.mark.parametrize(
    ("annee", "janvier"),
    [
        (2015, ["01-01", "01-02"]),
        (2016, ["01-01", "01-04"]),  # le 2 un samedi
        (2017, ["01-02", "01-03"]),  # le 1er un dimanche : le 2 est pris, il va au 3
        (2022, ["01-03", "01-04"]),  # le 1er samedi, le 2 dimanche
        (2021, ["01-01", "01-04"]),
        (2028, ["01-03", "01-04"]),
        (2034, ["01-02", "01-03"]),
    ],
)
def test_sla1_le_jour_de_l_an_en_fin_de_semaine(
    calendrier: Calendrier, annee: int, janvier: list[str]
) -> None:
    assert mois_et_jours(calendrier, annee, 1) == janvier


@pytest.mark.parametrize(
    ("annee", "ete"),
    [
        (2017, ["06-23", "06-30"]),  # deux samedis : deux vendredis, et le 30 juin pour juillet
        (2018, ["06-25", "07-02"]),  # deux dimanches : deux lundis
        (2023, ["06-23", "06-30"]),
        (2029, ["06-25", "07-02"]),
        (2026, ["06-24", "07-01"]),
    ],
)
def test_sla1_24_juin_et_1er_juillet_en_fin_de_semaine(
    calendrier: Calendrier, annee: int, ete: list[str]
) -> None:
    assert mois_et_jours(calendrier, annee, 6, 7) == ete


def test_sla1_le_lundi_des_patriotes_precede_strictement_le_25_mai(
    calendrier: Calendrier,
) -> None:
    assert mois_et_jours(calendrier, 2020, 5) == ["05-18"]  # le 25 mai est lui-même un lundi
    assert mois_et_jours(calendrier, 2021, 5) == ["05-24"]


def test_sla1_la_fete_du_travail_2026(calendrier: Calendrier) -> None:
    ferie = calendrier.ferie(date(2026, 9, 7))
    assert ferie is not None
    assert (ferie.code, ferie.libelle) == ("fete-du-travail", "Fête du Travail")
    assert not calendrier.est_ouvrable(date(2026, 9, 7))
    assert calendrier.est_ouvrable(date(2026, 9, 8))


def test_sla1_un_ferie_reporte_garde_sa_date_nominale(calendrier: Calendrier) -> None:
    ferie = calendrier.ferie(date(2022, 12, 27))
    assert ferie is not None
    assert (ferie.code, ferie.nominal) == ("noel", date(2022, 12, 25))
    assert not calendrier.est_ferie(date(2022, 12, 25))  # un dimanche, chômé comme tel
