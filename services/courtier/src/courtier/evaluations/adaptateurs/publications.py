"""Ce que les évaluations publient : chacune, une fois produite (CI-21)."""

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.evaluations.domaine.produites import EvaluationProduite
from socle.envoi.evenements import publications


def traduire(fait: EvaluationProduite) -> Evenement:
    """L'événement d'une évaluation produite; ni notes, ni commentaires."""
    evaluation = fait.evaluation
    return evenements.EvaluationProduite(
        contrat_id=evaluation.contrat_id,
        dossier_id=fait.dossier_id,
        organisme=evaluation.organisme,
        evaluation_id=evaluation.id,
        fournisseur_id=evaluation.fournisseur_id,
        nature=evaluation.nature.value,
        rendement=None if fait.rendement is None else fait.rendement.value,
        par_silence=fait.par_silence,
    )


PUBLICATIONS = publications(EvaluationProduite, traduire)
