"""Ligne ↔ évaluation, dans les deux sens."""

from typing import Any

from pydantic import TypeAdapter

from courtier.evaluations.domaine.annuelles import EvaluationAnnuelle
from courtier.evaluations.domaine.etats import NatureEvaluation
from courtier.evaluations.domaine.finales import EvaluationFinale
from courtier.evaluations.ports import Evaluation
from socle.bd.instructions import Ligne

_ANNUELLE = TypeAdapter(EvaluationAnnuelle)
_FINALE = TypeAdapter(EvaluationFinale)


def evaluation_de(ligne: Ligne) -> Evaluation:
    """L'évaluation d'une ligne de `evaluations`."""
    forme = _ANNUELLE if ligne.nature == NatureEvaluation.ANNUELLE else _FINALE
    evaluation: Evaluation = forme.validate_python(ligne.contenu)
    return evaluation


def ligne_d_evaluation(evaluation: Evaluation) -> dict[str, Any]:
    """La ligne de `evaluations` d'une évaluation."""
    annee, contenu = _dite(evaluation)
    return {
        "organisme": evaluation.organisme,
        "id": evaluation.id,
        "version": evaluation.version,
        "nature": evaluation.nature,
        "etat": evaluation.etat,
        "contrat_id": evaluation.contrat_id,
        "fournisseur_id": evaluation.fournisseur_id,
        "annee": annee,
        "attendue_le": evaluation.attendue_le,
        "contenu": contenu,
    }


def _dite(evaluation: Evaluation) -> tuple[int | None, Any]:
    """Son année, et elle-même en JSON."""
    match evaluation:
        case EvaluationAnnuelle(annee=annee):
            return annee, _ANNUELLE.dump_python(evaluation, mode="json")
        case EvaluationFinale():
            return None, _FINALE.dump_python(evaluation, mode="json")
