"""Suivre une exécution : sa part, son rythme, ce que ses gestes changent (FAC-6)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.emissions.domaine.executions import EtatTraitement
from facturation.emissions.domaine.suivi import (
    SORTS_MAXIMUM,
    Avancement,
    EtatExecution,
    Execution,
    GesteExecution,
    Suivi,
    neuve,
)
from noyau import Acte, Acteur, Conflit, Mois

DEBUT = datetime(2026, 10, 1, 14, tzinfo=UTC)


def acte(minutes: int = 0, qui: str = "facturation-1") -> Acte:
    return Acte(Acteur(qui), DEBUT + timedelta(minutes=minutes))


def execution(etat: EtatExecution = EtatExecution.EN_COURS) -> Execution:
    return Execution(
        id=uuid4(),
        periode=Mois(2026, 9),
        organisme=None,
        demandee_le=DEBUT,
        demandee_par="facturation-1",
        etat=etat,
    )


def avancement(traites: int, restants: int, minutes: int = 0) -> Avancement:
    """Tous traités depuis la demande, le premier à l'heure, le dernier `minutes` plus tard."""
    return Avancement(
        par_etat={EtatTraitement.EMISE: traites, EtatTraitement.A_FAIRE: restants},
        premier_le=DEBUT if traites else None,
        dernier_le=DEBUT + timedelta(minutes=minutes) if traites else None,
        premier_depuis=DEBUT if traites else None,
        traites_depuis=traites,
    )


def test_fac_6_la_fin_estimee_suit_le_rythme_observe() -> None:
    """Onze en dix minutes, un par minute : les vingt qui restent en demandent vingt."""
    maintenant = DEBUT + timedelta(minutes=10)
    fin = avancement(11, 20, 10).fin_estimee(maintenant)
    assert fin == maintenant + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("traites", "restants", "minutes"), [(0, 5, 60), (1, 5, 60), (5, 0, 60), (5, 5, 0), (5, 5, -1)]
)
def test_fac_6_la_fin_est_absente_tant_que_le_rythme_est_inconnu(
    traites: int, restants: int, minutes: int
) -> None:
    """Un seul traité, une heure d'affaires qui n'avance pas ou qui recule, ou rien qui reste."""
    vu = avancement(traites, restants)
    assert vu.fin_estimee(DEBUT + timedelta(minutes=minutes)) is None


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_fac_6_la_part_n_est_entiere_que_si_rien_ne_reste(traites: int, restants: int) -> None:
    part = avancement(traites, restants).part
    assert 0 <= part <= 1
    assert (part == 1) == (restants == 0)


def test_fac_6_la_part_est_exacte_a_quatre_decimales() -> None:
    assert avancement(1, 2).part == Decimal("0.3333")


def test_fac_6_un_arret_garde_son_auteur_et_ne_se_pose_qu_une_fois() -> None:
    arretee = execution().arreter(acte(5, "facturation-2"))
    (pose,) = arretee.gestes
    assert (pose.geste, pose.pose_par, pose.pose_le) == (
        GesteExecution.ARRET, "facturation-2", DEBUT + timedelta(minutes=5)
    )  # fmt: skip
    assert (arretee.etat, arretee.arretee_le) == (EtatExecution.ARRETEE, pose.pose_le)
    assert arretee.arreter(acte(6)) == arretee


def test_fac_6_rien_ne_s_arrete_d_une_execution_terminee() -> None:
    with pytest.raises(Conflit) as refus:
        execution(EtatExecution.TERMINEE).arreter(acte())
    assert refus.value.regle == "FAC-6"


def test_fac_6_une_reprise_leve_l_arret_et_dit_combien_elle_remet() -> None:
    reprise = execution().arreter(acte(5)).reprendre(3, acte(9, "facturation-2"))
    assert (reprise.etat, reprise.arretee_le) == (EtatExecution.EN_COURS, None)
    assert reprise.reprise_le == DEBUT + timedelta(minutes=9)
    assert [(g.geste, g.organismes) for g in reprise.gestes] == [
        (GesteExecution.ARRET, 0), (GesteExecution.REPRISE, 3)
    ]  # fmt: skip


@pytest.mark.parametrize("etat", [EtatExecution.EN_COURS, EtatExecution.TERMINEE])
def test_fac_6_une_reprise_sans_rien_a_remettre_ne_change_rien(etat: EtatExecution) -> None:
    telle = execution(etat)
    assert telle.reprendre(0, acte()) == telle


def test_fac_6_ce_qui_est_de_cote_rouvre_une_execution_terminee() -> None:
    assert execution(EtatExecution.TERMINEE).reprendre(1, acte()).etat is EtatExecution.EN_COURS


def test_fac_6_arretee_elle_n_a_pas_de_fin_estimee_ni_de_fin() -> None:
    arretee, vu = execution().arreter(acte(5)), avancement(11, 20, 10)
    suivi = Suivi(execution=arretee, avancement=vu, sorts=())
    assert suivi.fin_estimee(DEBUT + timedelta(minutes=10)) is None
    assert suivi.terminee_le is None


def test_fac_6_une_execution_sans_organisme_est_terminee_et_ses_sorts_sont_bornes() -> None:
    vide = neuve(execution(), [])
    assert vide.execution.etat is EtatExecution.TERMINEE
    assert vide.avancement.part == 1
    codes = [f"ORG{n:04}" for n in range(SORTS_MAXIMUM + 50)]
    grande = neuve(execution(), codes)
    assert len(grande.sorts) == SORTS_MAXIMUM
    assert grande.avancement.organismes == len(codes)
