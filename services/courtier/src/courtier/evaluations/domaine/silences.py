"""Ce que le silence du dirigeant conclut, une fois son délai échu (CI-21)."""

from dataclasses import replace
from datetime import timedelta

from calendrier import Calendrier
from courtier.evaluations.domaine.finales import EvaluationFinale, Silence
from courtier.normes.domaine import NormesEvaluation
from noyau import Acte, jour_de_quebec


def conclure(
    evaluation: EvaluationFinale, calendrier: Calendrier, normes: NormesEvaluation, acte: Acte
) -> tuple[EvaluationFinale, Silence] | None:
    """L'évaluation conclue par silence, due au Courtier; rien si le délai court, ou si c'est fait.

    La transmission se compte du jour où le silence s'inscrit : nulle n'est en retard d'avance.
    """
    jour, au = jour_de_quebec(acte.le), evaluation.decision_au
    if au is None or not evaluation.tue(jour):
        return None
    silence = Silence(
        acquis_le=au + timedelta(days=1),
        transmission_au=calendrier.ajouter_jours_ouvrables(
            jour, normes.transmission_jours_ouvrables
        ),
    )
    return replace(evaluation, version=evaluation.version + 1, silence=silence), silence
