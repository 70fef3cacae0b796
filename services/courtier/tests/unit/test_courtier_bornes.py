"""L'évaluation de fin, quels que soient l'ordre et les jours de ses actes (CI-21)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.evaluations.domaine.etats import EtatEvaluation
from courtier.evaluations.domaine.finales import ActeFinal, EvaluationFinale, Rendement
from courtier.normes.adaptateurs.reference import lire_normes
from courtier.suivi.domaine import ContratConclu
from noyau import Acte, Conflit, Montant
from services.courtier.tests.builders import GESTIONNAIRE, calendrier

NORMES = lire_normes().le(date(2026, 9, 1)).evaluation
FIN = date(2028, 10, 1)
PIECE = UUID(int=9)
CONTRAT = ContratConclu(
    id=UUID(int=1),
    organisme="MTQ",
    fournisseur_id=UUID(int=2),
    fournisseur_nom="Nuage",
    dossier_id=None,
    conclu_le=date(2026, 9, 8),
    debut=date(2026, 10, 1),
    fin=FIN,
    montant=Montant.de("12000"),
)
JOURS = st.integers(-5, 200).map(lambda n: FIN + timedelta(days=n))


def _acte(jour: date) -> Acte:
    return Acte(GESTIONNAIRE, datetime.combine(jour, time(17), UTC))


def _rapportee(jour: date) -> EvaluationFinale:
    return EvaluationFinale.attendre(CONTRAT, NORMES).rapporter(
        Rendement.INSATISFAISANT,
        signe_le=jour,
        remis_le=jour,
        piece_id=PIECE,
        normes=NORMES,
        acte=_acte(jour),
    )


def _poser(
    evaluation: EvaluationFinale, geste: ActeFinal, jour: date, le: date
) -> EvaluationFinale:
    """Le geste daté de ce jour, inscrit cet autre jour."""
    acte = _acte(le)
    match geste:
        case ActeFinal.DISPENSE:
            return evaluation.dispenser("Non requise.", acte)
        case ActeFinal.RAPPORT:
            return evaluation.rapporter(
                Rendement.INSATISFAISANT,
                signe_le=jour,
                remis_le=jour,
                piece_id=PIECE,
                normes=NORMES,
                acte=acte,
            )
        case ActeFinal.COMMENTAIRES:
            return evaluation.commenter(jour, PIECE, acte)
        case ActeFinal.DECISION:
            return evaluation.decider(
                Rendement.INSATISFAISANT,
                signee_le=jour,
                piece_id=PIECE,
                calendrier=calendrier(),
                normes=NORMES,
                acte=acte,
            )
        case ActeFinal.TRANSMISSION:
            return evaluation.transmettre(jour, acte)


@given(st.lists(st.tuples(st.sampled_from(ActeFinal), JOURS, st.integers(-2, 90)), max_size=12))
def test_ci_21_nul_ordre_d_actes_ne_devance_ce_qui_le_permet(
    gestes: list[tuple[ActeFinal, date, int]],
) -> None:
    evaluation = EvaluationFinale.attendre(CONTRAT, NORMES)
    for geste, jour, apres in gestes:
        avant, le = evaluation, jour + timedelta(days=apres)
        try:
            evaluation = _poser(evaluation, geste, jour, le)
        except Conflit as refus:
            evaluation = avant
            assert refus.regle == "CI-21"  # noqa: PT017
            continue
        assert geste in avant.actes_permis
        assert geste is ActeFinal.DISPENSE or jour <= le
        assert evaluation.version == avant.version + 1
    rapport, decision = evaluation.rapport, evaluation.decision
    if rapport:
        assert FIN <= rapport.signe_le <= rapport.remis_le
        recus = evaluation.commentaires.recus_le if evaluation.commentaires else None
        assert recus is None or recus >= rapport.remis_le
    if decision and rapport and evaluation.decision_depuis:
        depuis = evaluation.decision_depuis
        assert depuis <= decision.signee_le <= depuis + timedelta(days=30)
        if evaluation.commentaires is None:
            assert decision.signee_le > rapport.commentaires_au
    if evaluation.transmission and decision:
        assert evaluation.transmission.le >= decision.signee_le


@given(rapport=st.integers(0, 90), jour=st.integers(0, 300))
def test_ci_21_le_silence_seul_decide_apres_le_delai(rapport: int, jour: int) -> None:
    le = FIN + timedelta(days=rapport)
    evaluation = _rapportee(le)
    lu = FIN + timedelta(days=jour)
    conclusion = evaluation.conclusion(lu)
    if lu <= le + timedelta(days=60):
        assert conclusion is None
    else:
        assert conclusion is not None
        assert (conclusion.rendement, conclusion.par_silence) == (Rendement.SATISFAISANT, True)
    assert evaluation.etat is EtatEvaluation.RAPPORTEE


@pytest.mark.parametrize(
    ("recus", "depuis"),
    [
        (date(2028, 11, 1), date(2028, 11, 1)),
        (date(2028, 11, 20), date(2028, 11, 20)),
        (date(2028, 11, 21), date(2028, 11, 20)),
        (None, date(2028, 11, 20)),
    ],
)
def test_ci_21_des_commentaires_tardifs_ne_prolongent_rien(
    recus: date | None, depuis: date
) -> None:
    evaluation = _rapportee(date(2028, 10, 21))
    commentee = evaluation.commenter(recus, None, _acte(date(2028, 12, 1)))
    assert commentee.decision_depuis == depuis


def test_ci_21_le_rapport_est_du_dans_les_60_jours_du_dernier() -> None:
    evaluation = EvaluationFinale.attendre(CONTRAT, NORMES)
    assert evaluation.rapport_au == date(2028, 11, 29)
    assert (evaluation.rapport_au - CONTRAT.dernier_jour).days == 60
    assert evaluation.redater(date(2027, 10, 1)).rapport_au == date(2027, 11, 29)


def test_ci_21_le_dirigeant_n_est_pas_plus_severe_que_le_rapport() -> None:
    rapport = EvaluationFinale.attendre(CONTRAT, NORMES).rapporter(
        Rendement.SATISFAISANT,
        signe_le=FIN,
        remis_le=FIN,
        piece_id=PIECE,
        normes=NORMES,
        acte=_acte(FIN),
    )
    with pytest.raises(Conflit, match="maintient"):
        _poser(rapport, ActeFinal.DECISION, date(2028, 11, 10), date(2028, 11, 10))
