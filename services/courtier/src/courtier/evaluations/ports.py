"""Ce que l'aire attend de la base, des contrats conclus et de ce qu'ils font devoir."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from courtier.calendriers.ports import Calendriers
from courtier.evaluations.domaine.annuelles import EvaluationAnnuelle
from courtier.evaluations.domaine.criteres import CriteresDates
from courtier.evaluations.domaine.finales import EvaluationFinale
from courtier.normes.domaine import NormesDatees
from courtier.obligations.ports import Obligations
from courtier.organismes.ports import Organismes
from courtier.pieces.ports import Pieces
from courtier.suivi.ports import ContratsConclus

Evaluation: TypeAlias = EvaluationAnnuelle | EvaluationFinale


class Evaluations(Protocol):
    """Les évaluations. Les charger les verrouille jusqu'à la fin de l'acte.

    Lève `Introuvable`, ou `Conflit` (CI-21) si l'évaluation est de l'autre nature.
    """

    async def ajouter(self, evaluation: Evaluation) -> bool:
        """Faux, sans effet, si elle existe déjà."""
        ...

    async def annuelle(self, identifiant: UUID) -> EvaluationAnnuelle: ...
    async def finale(self, identifiant: UUID) -> EvaluationFinale: ...

    async def finale_du_contrat(self, contrat_id: UUID) -> EvaluationFinale | None: ...

    async def enregistrer(self, evaluation: Evaluation) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des évaluations."""

    evaluations: Evaluations
    contrats: ContratsConclus
    organismes: Organismes
    pieces: Pieces
    obligations: Obligations
    calendriers: Calendriers
    normes: NormesDatees
    criteres: CriteresDates
