"""SLA-1 : chaque jour est décidé par la version la plus récente en vigueur ce jour-là."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calendrier import (
    Calendrier,
    CalendrierAbsent,
    Charge,
    GenrePlage,
    JourHorsCalendrier,
    Transition,
    VersionCalendrier,
    calendrier_de,
    decompter,
    instant_de_quebec,
    lire_versions,
    version_depuis_document,
)
from calendrier.lot import jours_comptes
from calendrier.tables import rang

LIVREE = lire_versions()[0]
SEULE = Calendrier.depuis(LIVREE)
DEUIL = date(2026, 9, 14)
OCTOBRE = date(2026, 10, 1)


def heure(jour: date, h: int, m: int = 0) -> datetime:
    return instant_de_quebec(jour, datetime(2000, 1, 1, h, m, tzinfo=UTC).time())


def fermant(version: VersionCalendrier, plage: str) -> VersionCalendrier:
    """La même version, où le CSC ouvre à ces heures."""
    document: Any = deepcopy(version.vers_document())
    document["horaires"]["csc"]["ouvrable"] = [plage]
    return version_depuis_document(document)


def suivante(
    nom: str, depuis: date, *ajouts: date, retraits: tuple[date, ...] = ()
) -> VersionCalendrier:
    return LIVREE.avec(
        version=nom,
        en_vigueur_depuis=depuis,
        ajouts=[(jour, "Décret") for jour in ajouts],
        retraits=[(jour, "Décret") for jour in retraits],
    )


def test_sla_1_un_conge_decrete_compte_a_partir_de_la_version_qui_le_decide() -> None:
    """Compté à la main : du jeudi 10 au mardi 15 septembre 2026, trois jours, ou deux."""
    calendrier = Calendrier.depuis(LIVREE, suivante("2026-2", date(2026, 9, 11), DEUIL))
    histoire = [Transition(heure(date(2026, 9, 10), 9), 1, Charge.MCN)]
    fin = heure(date(2026, 9, 15), 10)
    assert decompter(histoire, fin, SEULE).jours == 3
    decompte = decompter(histoire, fin, calendrier)
    assert (decompte.jours, decompte.intervalles[-2].phrase) == (
        2,
        "14 septembre 2026 : jour férié, non compté (Décret)",
    )
    assert jours_comptes([histoire], [fin], calendrier) == [2]


def test_sla_1_une_decision_d_avant_sa_version_ne_change_pas_le_passe() -> None:
    calendrier = Calendrier.depuis(LIVREE, suivante("2026-2", OCTOBRE, DEUIL))
    assert calendrier.est_ouvrable(DEUIL)
    assert np.array_equal(calendrier.tables.ouvrable, SEULE.tables.ouvrable)


def test_sla_1_les_heures_suivent_la_version_du_jour() -> None:
    tot = fermant(suivante("2026-2", OCTOBRE), "08:00-16:00")
    calendrier = Calendrier.depuis(LIVREE, tot)
    veille = date(2026, 9, 30)
    assert calendrier.fermeture(veille) == heure(veille, 17)
    assert calendrier.fermeture(OCTOBRE) == heure(OCTOBRE, 16)
    assert calendrier.dans_plage(GenrePlage.CSC, heure(veille, 16, 30))
    assert not calendrier.dans_plage(GenrePlage.CSC, heure(OCTOBRE, 16, 30))
    plages = calendrier.plages(GenrePlage.CSC, heure(veille, 0), heure(OCTOBRE, 23))
    assert [p.fin for p in plages] == [heure(veille, 17), heure(OCTOBRE, 16)]
    place = int(calendrier.tables.cumul[rang(OCTOBRE)])
    assert calendrier.tables.fermetures[place] == heure(OCTOBRE, 16).timestamp() * 1_000_000


def test_sla_1_un_report_suit_la_version_du_jour_ou_il_tombe() -> None:
    """Le 24 juin 2028 est un samedi : reporté au vendredi 23 par l'ancienne, au lundi par l'autre.

    L'autre ne décide que du samedi et de la suite : le vendredi et le lundi sont chômés.
    """
    document: Any = deepcopy(suivante("2028-1", date(2028, 6, 24)).vers_document())
    (fete,) = (f for f in document["feries"] if f["code"] == "fete-nationale")
    fete["report"] = "avance"
    calendrier = Calendrier.depuis(LIVREE, version_depuis_document(document))
    assert calendrier.est_ferie(date(2028, 6, 23))
    assert calendrier.est_ferie(date(2028, 6, 26))


def test_sla_1_le_calendrier_dit_quelle_version_decide() -> None:
    un, deux = suivante("2026-2", OCTOBRE, DEUIL), suivante("2027-1", date(2027, 1, 1))
    for ordre in permutations((LIVREE, un, deux)):
        calendrier = Calendrier.depuis(*ordre)
        assert calendrier == Calendrier.depuis(LIVREE, un, deux)
        assert calendrier.version_du(date(2026, 9, 30)) == LIVREE
        assert calendrier.version_du(OCTOBRE) == un
        assert calendrier.versions_entre(DEUIL, OCTOBRE) == (LIVREE, un)
        assert calendrier.versions_entre(OCTOBRE, OCTOBRE) == (un,)
        assert calendrier.versions_entre(OCTOBRE, DEUIL) == ()
        assert calendrier.version_du(date(2040, 12, 31)) == deux


def test_sla_1_a_date_egale_la_derniere_donnee_remplace_l_autre() -> None:
    fautive, juste = suivante("2026-2", OCTOBRE, date(2026, 10, 2)), suivante("2026-3", OCTOBRE)
    assert Calendrier.depuis(LIVREE, fautive, juste).est_ouvrable(date(2026, 10, 2))
    assert not Calendrier.depuis(LIVREE, juste, fautive).est_ouvrable(date(2026, 10, 2))


def test_sla_1_les_documents_publies_donnent_leur_calendrier() -> None:
    versions = (LIVREE, suivante("2026-2", date(2026, 9, 11), DEUIL))
    assert calendrier_de(v.vers_document() for v in versions) == Calendrier.depuis(*versions)


def test_sla_1_sans_version_rien_ne_se_compte() -> None:
    with pytest.raises(CalendrierAbsent, match="Aucune version") as refus:
        calendrier_de([])
    assert refus.value.regle == "SLA-1"


def test_sla_1_hors_des_annees_couvertes_le_refus_est_dit() -> None:
    tard = heure(date(2041, 1, 3), 9)
    assert not SEULE.couvre(tard)
    assert SEULE.couvre(heure(date(2040, 12, 31), 23))
    with pytest.raises(JourHorsCalendrier, match="sort du calendrier, qui va de 2015") as refus:
        SEULE.dans_plage(GenrePlage.CSC, tard)
    assert refus.value.regle == "SLA-1"
    assert SEULE.version_du(date(2041, 1, 1)) == LIVREE


def test_sla_1_le_dernier_soir_du_calendrier_est_hors_des_heures_du_csc() -> None:
    """Aucune plage ne suit : ce n'est pas une raison d'échouer."""
    assert not SEULE.dans_plage(GenrePlage.CSC, heure(date(2040, 12, 31), 20))


JOURS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def versions_a_venir(tirer: st.DrawFn) -> VersionCalendrier:
    """Une version valable : jours ajoutés, fériés retirés, autre heure de fermeture."""
    feries = [f.jour for annee in (2026, 2027) for f in SEULE.feries(annee)]
    ajouts = [j for j in tirer(st.sets(JOURS, max_size=6)) if SEULE.est_ouvrable(j)]
    retraits = tuple(tirer(st.sets(st.sampled_from(feries), max_size=4)))
    version = suivante("essai", tirer(JOURS), *ajouts, retraits=retraits)
    fin = tirer(st.integers(10, 23))
    return fermant(version, f"07:30-{fin}:00")


@settings(max_examples=40)
@given(versions_a_venir(), st.data())
def test_sla_3_une_version_a_venir_ne_change_rien_de_ce_qui_finit_avant_elle(
    version: VersionCalendrier, tire: st.DataObject
) -> None:
    compose = Calendrier.depuis(LIVREE, version)
    avant = rang(version.en_vigueur_depuis)
    for nom in ("ouvrable", "cumul"):
        assert np.array_equal(
            getattr(compose.tables, nom)[:avant], getattr(SEULE.tables, nom)[:avant]
        )
    ouvrables = int(SEULE.tables.cumul[avant])
    une, autre = (c.tables.fermetures[:ouvrables] for c in (compose, SEULE))
    assert np.array_equal(une, autre)

    debut = heure(date(2025, 11, 3), 9)
    borne = heure(version.en_vigueur_depuis, 0)
    instants = st.integers(0, 26 * 30 * 24).map(lambda n: debut + timedelta(hours=n))
    fin = tire.draw(instants.filter(lambda i: i < borne))
    gestes = tire.draw(st.lists(st.tuples(instants, st.sampled_from(Charge)), max_size=5))
    histoire = [Transition(debut, 0, Charge.MCN)]
    histoire += [Transition(i, n, c) for n, (i, c) in enumerate(gestes, 1) if i <= fin]
    assert decompter(histoire, fin, compose) == decompter(histoire, fin, SEULE)
    assert jours_comptes([histoire], [fin], compose) == jours_comptes([histoire], [fin], SEULE)


@settings(max_examples=20)
@given(versions_a_venir(), st.data())
def test_sla_1_chaque_jour_se_lit_dans_la_version_qui_le_decide(
    version: VersionCalendrier, tire: st.DataObject
) -> None:
    """L'oracle : la seule version du jour, prise isolément."""
    compose, seule = Calendrier.depuis(LIVREE, version), Calendrier.depuis(version)
    jour = tire.draw(JOURS)
    attendu = SEULE if jour < version.en_vigueur_depuis else seule
    assert compose.ferie(jour) == attendu.ferie(jour)
    assert compose.est_ouvrable(jour) == attendu.est_ouvrable(jour)
    if attendu.est_ouvrable(jour):
        assert compose.fermeture(jour) == attendu.fermeture(jour)
    minuit = heure(jour, 0)
    midi = minuit + timedelta(hours=tire.draw(st.integers(7, 23)))
    assume(jour > version.en_vigueur_depuis or jour < version.en_vigueur_depuis)
    for genre in GenrePlage:
        assert compose.dans_plage(genre, midi) == attendu.dans_plage(genre, midi)
