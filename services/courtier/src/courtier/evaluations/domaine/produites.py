"""Une évaluation produite : l'organisme l'a rendue, ou le dirigeant l'a décidée (CI-21)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.evaluations.domaine.annuelles import EvaluationAnnuelle
from courtier.evaluations.domaine.finales import EvaluationFinale, Rendement
from noyau import Fait


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationProduite(Fait):
    """L'évaluation d'un fournisseur est faite : rendue, ou décidée; le silence n'en est pas une."""

    evaluation: EvaluationAnnuelle | EvaluationFinale
    dossier_id: UUID | None
    """Le dossier d'acquisition du contrat évalué; absent : aucun."""

    @property
    def rendement(self) -> Rendement | None:
        """Ce que le dirigeant a décidé; une annuelle note des critères, sans conclure."""
        if isinstance(self.evaluation, EvaluationAnnuelle) or self.evaluation.decision is None:
            return None
        return self.evaluation.decision.rendement
