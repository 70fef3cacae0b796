"""La tâche qui inscrit ce que le silence des dirigeants a conclu (CI-21)."""

from functools import partial

from courtier.evaluations.adaptateurs.vues import Tue, tues
from courtier.evaluations.cas_usage.finales import ConclureParSilence, conclure_par_silence
from courtier.evaluations.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun, par_lots


async def conclure_les_tues(contexte: Contexte) -> int:
    """Conclut celles du jour, chacune dans sa transaction.

    Celle qui échoue n'arrête pas les autres; on y revient, et la santé le dit.
    """
    jour = jour_de_quebec(contexte.horloge())
    return await chacun(
        par_lots(lambda apres: contexte.lire(tues(jour, apres))),
        partial(_conclure, contexte),
        contexte.prolonger,
        "Des évaluations tues restent à conclure.",
    )


async def _conclure(contexte: Contexte, tue: Tue) -> bool:
    # Ce qui ne se conclut qu'une fois l'est par l'évaluation, que le verbe verrouille.
    cle, commande = f"{tue.evaluation_id}:{uuid7()}", ConclureParSilence(tue.evaluation_id)
    faite = await contexte.executer(
        "conclure-par-silence", Ports, conclure_par_silence, commande, cle=cle,
        organisme=tue.organisme,
    )  # fmt: skip
    return bool(faite)


async def _guetter(contexte: Contexte) -> bool:
    return bool(await contexte.lire(tues(jour_de_quebec(contexte.horloge()))))


EVALUATIONS_TUES = Tache("evaluations_tues", 60.0, conclure_les_tues, _guetter)
