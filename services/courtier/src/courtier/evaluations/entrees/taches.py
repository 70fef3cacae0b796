"""La tâche qui inscrit ce que le silence des dirigeants a conclu (CI-21)."""

from courtier.evaluations.adaptateurs.vues import TUES
from courtier.evaluations.cas_usage.finales import ConclureParSilence, conclure_par_silence
from courtier.evaluations.ports import Ports
from courtier.passages import Passage

EVALUATIONS_TUES = Passage(
    operation="conclure-par-silence",
    ports=Ports,
    verbe=conclure_par_silence,
    commande=lambda venue: ConclureParSilence(venue.id),
    venues=TUES,
    reste="Des évaluations tues restent à conclure.",
).tache("evaluations_tues")
