"""Une évaluation produite : rendue, décidée, ou conclue par le silence du dirigeant (CI-21)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.evaluations.domaine.annuelles import EvaluationAnnuelle
from courtier.evaluations.domaine.finales import EvaluationFinale, Rendement
from noyau import Fait, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationProduite(Fait):
    """L'évaluation d'un fournisseur est faite : rendue, décidée, ou conclue par silence."""

    evaluation: EvaluationAnnuelle | EvaluationFinale
    dossier_id: UUID | None
    """Le dossier d'acquisition du contrat évalué; absent : aucun."""

    @property
    def rendement(self) -> Rendement | None:
        """Ce que conclut une évaluation de fin; une annuelle note des critères, sans conclure."""
        if isinstance(self.evaluation, EvaluationAnnuelle):
            return None
        conclusion = self.evaluation.conclusion(jour_de_quebec(self.survenu_le))
        return conclusion.rendement if conclusion else None

    @property
    def par_silence(self) -> bool:
        """Vrai si le dirigeant n'a rien décidé à temps."""
        return isinstance(self.evaluation, EvaluationFinale) and self.evaluation.silence is not None
