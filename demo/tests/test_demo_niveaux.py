"""L'oracle des disponibilités se recompte minute par minute; celui du mois fermé, des verdicts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from demo.attendu import lire_attendu
from demo.scenario.gestes import Verbe
from demo.scenario.lecture import lire_scenario

ATTENDU = lire_attendu()
SCENARIO = lire_scenario()
PANNES = SCENARIO.niveaux["indisponibilites"]
FETE_DU_TRAVAIL = date(2026, 9, 7)
SERVICES = {
    "PT-4": {"messagerie", "suite_bureautique", "stockage"},
    "PT-5": {"synchronisation_mobile"},
    "VI-7": {"visioconference"},
}
ORGANISMES = ("MTQ", "MSSS", "SAAQ")
UNE_MINUTE = timedelta(minutes=1)


def minutes_du_mois() -> Iterator[datetime]:
    instant = datetime(2026, 9, 1)  # noqa: DTZ001 -- l'heure murale; rien ne change en septembre
    while instant.month == 9:
        yield instant
        instant += UNE_MINUTE


def ouvrable(jour: date) -> bool:
    return jour.weekday() < 5 and jour != FETE_DU_TRAVAIL


def en_service(indicateur: str, minute: datetime) -> bool:
    """Le pont ouvre de 8 h 30 à 17 h les jours ouvrables; le reste ne ferme jamais."""
    if indicateur != "VI-7":
        return True
    return ouvrable(minute.date()) and 510 <= minute.hour * 60 + minute.minute < 1020


def en_entretien(indicateur: str, minute: datetime) -> bool:
    """Condition d, de PT-4 : la fin de semaine, et de 22 h à 6 h les nuits de semaine."""
    if indicateur != "PT-4":
        return False
    de_semaine = minute.weekday() < 5
    soir = de_semaine and minute.hour >= 22
    matin = minute.hour < 6 and (minute - timedelta(days=1)).weekday() < 5
    return not de_semaine or soir or matin


def en_panne(indicateur: str, organisme: str, minute: datetime) -> bool:
    return any(
        panne["service"] in SERVICES[indicateur]
        and panne.get("nature") != "degradation"
        and organisme in panne.get("organismes", ORGANISMES)
        and panne["debut"] <= minute < panne["fin"]
        for panne in PANNES
    )


@pytest.mark.parametrize("indicateur", list(SERVICES))
def test_sla_5_les_minutes_de_l_oracle_se_recomptent_une_a_une(indicateur: str) -> None:
    attendus = {t.organisme: (t.brut, t.ajuste) for t in ATTENDU.taux if t.indicateur == indicateur}
    sommes = [0, 0, 0, 0]
    for organisme in ORGANISMES:
        comptes = [0, 0, 0, 0]
        for minute in minutes_du_mois():
            if en_service(indicateur, minute):
                marche = not en_panne(indicateur, organisme, minute)
                compte = not en_entretien(indicateur, minute)
                for rang, vrai in enumerate((marche, True, marche and compte, compte)):
                    comptes[rang] += 60 * vrai
        assert attendus[organisme] == (tuple(comptes[:2]), tuple(comptes[2:]))
        sommes = [somme + compte for somme, compte in zip(sommes, comptes, strict=True)]
    assert attendus[None] == (tuple(sommes[:2]), tuple(sommes[2:]))


def test_sla_4_la_cible_tenue_au_brut_se_manque_a_l_ajuste() -> None:
    """L'exemple d'un taux que la condition d abaisse : elle retranche des deux termes."""
    (taux,) = [t for t in ATTENDU.taux if (t.indicateur, t.organisme) == ("PT-4", "MSSS")]
    brut, ajuste = (conformes / mesurees for conformes, mesurees in (taux.brut, taux.ajuste))
    assert ajuste < 0.99 < brut


def test_pt_7_la_date_change_avant_de_passer_et_se_tient_au_dernier_jour() -> None:
    secteur = SCENARIO.niveaux["secteur"]
    premiere, derniere = secteur["dates"]
    (demande,) = [d for d in SCENARIO.demandes if d.cle == secteur["demande"]]
    fin = next(g.le for g in demande.gestes if g.verbe is Verbe.COMPLETION).date()
    assert derniere["acceptee_le"].date() <= premiere["date"] < fin == derniere["date"]
    assert derniere["motif"]


def test_sla_7_le_mois_publie_se_refait_du_releve_et_des_decisions() -> None:
    """Publié : le relevé, l'exclue de moins à l'ajusté. Corrigé : la mesure change de verdict."""
    dit = {nom: chiffre.valeur for nom, chiffre in ATTENDU.niveaux["fermeture"].items()}
    exclue = SCENARIO.niveaux["exclusion"]["demande"]
    corrigee = SCENARIO.niveaux["suspensions"][0]["demande"]
    mesures: list[Any] = [m for m in ATTENDU.mesures if m.indicateur == "PT-3"]
    for qui in (*ORGANISMES, "tous"):
        siennes = [m for m in mesures if qui in ("tous", m.cle.partition("-")[0])]
        ajustees = [m for m in siennes if not m.exclue and m.cle != exclue]
        for genre, celles in (("brut", siennes), ("ajusté", ajustees)):
            tenues = sum(m.verdict == "conforme" for m in celles)
            gagnees = sum(m.cle == corrigee for m in celles)
            assert dit[f"PT-3, {qui}, publié {genre}"] == f"{tenues}/{len(celles)}"
            assert dit[f"PT-3, {qui}, corrigé {genre}"] == f"{tenues + gagnees}/{len(celles)}"


def test_sla_7_la_suspension_s_apprend_une_fois_le_mois_ferme() -> None:
    for suspension in SCENARIO.niveaux["suspensions"]:
        assert suspension["annoncee_le"] > SCENARIO.niveaux["fermeture"]["le"]
        assert suspension["reprise_le"].month == SCENARIO.mois.mois
