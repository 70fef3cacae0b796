"""Le plan, les rappels et le parallélisme d'une sortie (CI-24)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.pieces.domaine import Visa
from courtier.sortie.domaine import (
    Activite,
    Apres,
    EtatSortie,
    Parallelisme,
    Plan,
    Sortie,
    rappels_de,
)
from courtier.suivi.domaine import ContratConclu
from noyau import Acte, Conflit, Montant, TransitionImpossible
from services.courtier.tests.builders import GESTIONNAIRE

UN_JOUR = timedelta(days=1)
JOURS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


def _contrat(debut: date, fin: date, numero: int = 1) -> ContratConclu:
    return ContratConclu(
        id=UUID(int=numero),
        organisme="MTQ",
        fournisseur_id=UUID(int=100 + numero),
        fournisseur_nom="Nuage",
        dossier_id=None,
        conclu_le=date(2026, 1, 1),
        debut=debut,
        fin=fin,
        montant=Montant.de("12000"),
    )


CONTRAT = _contrat(date(2026, 10, 1), date(2028, 10, 1))
ACTE = Acte(GESTIONNAIRE, datetime.combine(date(2026, 10, 2), time(17), UTC))


def _plan(*jours: date) -> Plan:
    activites = tuple(
        Activite(code=f"a{rang}", libelle="Activité", prevue_le=jour)
        for rang, jour in enumerate(jours)
    )
    return Plan(apres=Apres.FIN_DU_BESOIN, activites=activites, visa=Visa.de(ACTE))


@given(st.lists(JOURS, min_size=1, max_size=5))
def test_ci_24_aucune_activite_ne_se_prevoit_hors_du_contrat(jours: list[date]) -> None:
    sortie = Sortie(contrat_id=CONTRAT.id, organisme="MTQ", fin=CONTRAT.fin)
    if any(not CONTRAT.debut <= jour < CONTRAT.fin for jour in jours):
        with pytest.raises(Conflit, match=r"finit avant le contrat|ne précède pas le contrat"):
            sortie.planifier(_plan(*jours), contrat=CONTRAT, nouveau=None, acte=ACTE)
        return
    planifiee = sortie.planifier(_plan(*jours), contrat=CONTRAT, nouveau=None, acte=ACTE)
    assert len(planifiee.restantes) == len(jours)


def test_ci_24_resilie_au_jour_de_son_debut_rien_n_en_sort() -> None:
    jamais = replace(CONTRAT, fin=CONTRAT.debut)
    sortie = Sortie(contrat_id=CONTRAT.id, organisme="MTQ", fin=CONTRAT.fin).redater(jamais)
    assert (sortie.etat, sortie.manque) == (EtatSortie.SANS_OBJET, ())
    assert not sortie.tardive_le(CONTRAT.fin)
    with pytest.raises(TransitionImpossible):
        sortie.planifier(_plan(CONTRAT.debut), contrat=jamais, nouveau=None, acte=ACTE)
    un_jour = replace(CONTRAT, fin=CONTRAT.debut + UN_JOUR)
    courte = Sortie(contrat_id=CONTRAT.id, organisme="MTQ", fin=CONTRAT.fin).redater(un_jour)
    assert courte.etat is EtatSortie.A_PLANIFIER


@given(JOURS, st.integers(1, 900), JOURS, st.integers(1, 900))
def test_ci_24_le_parallelisme_compte_les_jours_communs(
    debut: date, duree: int, autre: date, autre_duree: int
) -> None:
    """Contre un compte naïf, jour par jour."""
    un = _contrat(debut, debut + timedelta(days=duree))
    deux = _contrat(autre, autre + timedelta(days=autre_duree), 2)
    communs = {debut + timedelta(days=n) for n in range(duree)} & {
        autre + timedelta(days=n) for n in range(autre_duree)
    }
    parallelisme = Parallelisme.de(un, deux)
    assert max(parallelisme.jours, 0) == len(communs)
    assert parallelisme.alerte is not bool(communs)


@pytest.mark.parametrize(
    ("fin", "rappels"),
    [
        (date(2028, 10, 1), (date(2028, 1, 1), date(2028, 4, 1), date(2028, 7, 1))),
        (date(2028, 12, 31), (date(2028, 3, 31), date(2028, 6, 30), date(2028, 9, 30))),
        (date(2027, 11, 30), (date(2027, 2, 28), date(2027, 5, 30), date(2027, 8, 30))),
    ],
)
def test_ci_24_les_rappels_precedent_la_fin_de_9_6_et_3_mois(
    fin: date, rappels: tuple[date, ...]
) -> None:
    assert rappels_de(_contrat(date(2026, 10, 1), fin), (9, 6, 3)) == rappels


def test_ci_24_ce_qui_est_fini_le_demeure_sous_un_autre_plan() -> None:
    sortie = Sortie(contrat_id=CONTRAT.id, organisme="MTQ", fin=CONTRAT.fin)
    plan = _plan(date(2027, 1, 1), date(2027, 2, 1))
    sortie = sortie.planifier(plan, contrat=CONTRAT, nouveau=None, acte=ACTE)
    sortie = sortie.finir("a0", date(2026, 10, 2), CONTRAT, ACTE)
    sortie = sortie.planifier(plan, contrat=CONTRAT, nouveau=None, acte=ACTE)
    assert [activite.code for activite in sortie.restantes] == ["a1"]
    assert (len(sortie.plans), sortie.version) == (2, 4)


def test_ci_24_ce_qui_se_consigne_apres_la_fin_est_tardif_quoi_qu_on_en_dise() -> None:
    sortie = Sortie(contrat_id=CONTRAT.id, organisme="MTQ", fin=CONTRAT.fin)
    planifiee = sortie.planifier(
        _plan(CONTRAT.fin - UN_JOUR), contrat=CONTRAT, nouveau=None, acte=ACTE
    )
    for jour, tardive in ((CONTRAT.fin - UN_JOUR, False), (CONTRAT.fin, True)):
        acte = Acte(GESTIONNAIRE, datetime.combine(jour, time(17), UTC))
        finie = planifiee.finir("a0", CONTRAT.fin - UN_JOUR, CONTRAT, acte)
        assert [f.tardive for f in finie.faites] == [tardive]
