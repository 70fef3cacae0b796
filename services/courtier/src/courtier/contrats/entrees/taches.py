"""La tâche qui annonce la fin des contrats échus."""

from functools import partial

from courtier.contrats.adaptateurs.vues import Echu, a_echoir
from courtier.contrats.cas_usage.echeances import AnnoncerEcheance, annoncer_echeance
from courtier.contrats.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun, par_lots


async def publier_echeances(contexte: Contexte) -> int:
    """Publie les fins venues, chacune dans sa transaction, qui la marque annoncée.

    Celle qui échoue n'arrête pas les autres; on y revient, et la santé le dit.
    """
    jour = jour_de_quebec(contexte.horloge())
    return await chacun(
        par_lots(lambda apres: contexte.lire(a_echoir(jour, apres))),
        partial(_annoncer, contexte),
        contexte.prolonger,
        "Des échéances restent à publier.",
    )


async def _annoncer(contexte: Contexte, echu: Echu) -> bool:
    # Ce qui ne se publie qu'une fois l'est par le contrat, que le verbe verrouille.
    cle, commande = f"{echu.contrat_id}:{uuid7()}", AnnoncerEcheance(echu.contrat_id)
    faite = await contexte.executer(
        "annoncer-echeance", Ports, annoncer_echeance, commande, cle=cle, organisme=echu.organisme
    )
    return bool(faite)


async def _guetter(contexte: Contexte) -> bool:
    return bool(await contexte.lire(a_echoir(jour_de_quebec(contexte.horloge()))))


ECHEANCES = Tache("echeances", 60.0, publier_echeances, _guetter)
