"""Les évaluations sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from courtier.base import remplacer
from courtier.evaluations.adaptateurs.conversion import evaluation_de, ligne_d_evaluation
from courtier.evaluations.adaptateurs.tables import evaluations
from courtier.evaluations.domaine.annuelles import EvaluationAnnuelle
from courtier.evaluations.domaine.finales import EvaluationFinale, identifiant_de
from courtier.evaluations.ports import Evaluation
from noyau import Conflit
from socle.bd.connexion import Connexion
from socle.bd.conversion import trouver, une

_UNE = select(evaluations).where(evaluations.c.id == bindparam("id")).with_for_update()
_AJOUTER = insert(evaluations).on_conflict_do_nothing()
ABSENTE = "Évaluation introuvable."


@dataclass(frozen=True, slots=True)
class EvaluationsSql:
    """Tient `ports.Evaluations`."""

    connexion: Connexion

    async def ajouter(self, evaluation: Evaluation) -> bool:
        return await self.connexion.ecrire(_AJOUTER, ligne_d_evaluation(evaluation)) == 1

    async def annuelle(self, identifiant: UUID) -> EvaluationAnnuelle:
        lue = await self._charger(identifiant)
        if not isinstance(lue, EvaluationAnnuelle):
            raise Conflit("Cette évaluation est celle de la fin d'un contrat.", regle="CI-21")
        return lue

    async def finale(self, identifiant: UUID) -> EvaluationFinale:
        lue = await self._charger(identifiant)
        if not isinstance(lue, EvaluationFinale):
            raise Conflit("Cette évaluation est annuelle.", regle="CI-21")
        return lue

    async def finale_du_contrat(self, contrat_id: UUID) -> EvaluationFinale | None:
        ligne = await trouver(self.connexion, _UNE, id=identifiant_de(contrat_id))
        lue = None if ligne is None else evaluation_de(ligne)
        return lue if isinstance(lue, EvaluationFinale) else None

    async def enregistrer(self, evaluation: Evaluation) -> None:
        await remplacer(self.connexion, evaluations, ligne_d_evaluation(evaluation))

    async def _charger(self, identifiant: UUID) -> Evaluation:
        return evaluation_de(await une(self.connexion, _UNE, ABSENTE, id=identifiant))
