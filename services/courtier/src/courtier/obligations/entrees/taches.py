"""Les tâches qui rappellent ce qui est dû, et closent ce dont le silence vaut réponse."""

from functools import partial

from courtier.obligations.adaptateurs import vues
from courtier.obligations.cas_usage import Clore, Rappeler, clore, rappeler
from courtier.obligations.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun, par_lots


async def publier_rappels(contexte: Contexte) -> int:
    """Publie les rappels dus, chacun dans sa transaction, qui le marque fait.

    Celui qui échoue n'arrête pas les autres; on y revient, et la santé le dit.
    """
    jour = jour_de_quebec(contexte.horloge())
    return await chacun(
        par_lots(lambda apres: contexte.lire(vues.a_rappeler(jour, apres))),
        partial(_rappeler, contexte),
        contexte.prolonger,
        "Des rappels restent à publier.",
    )


async def _rappeler(contexte: Contexte, du: vues.RappelDu) -> bool:
    # Ce qui ne se publie qu'une fois l'est par l'obligation, que le verbe verrouille.
    cle, commande = f"{du.obligation_id}:{uuid7()}", Rappeler(du.organisme, du.obligation_id)
    fait = await contexte.executer(
        "rappeler-obligation", Ports, rappeler, commande, cle=cle, organisme=du.organisme
    )
    return bool(fait)


async def _guetter(contexte: Contexte) -> bool:
    return bool(await contexte.lire(vues.a_rappeler(jour_de_quebec(contexte.horloge()))))


RAPPELS = Tache("rappels", 60.0, publier_rappels, _guetter)


async def clore_les_silences(contexte: Contexte) -> int:
    """Clôt, chacune dans sa transaction, les obligations à quoi le silence a répondu (CI-21)."""
    jour = jour_de_quebec(contexte.horloge())
    return await chacun(
        par_lots(lambda apres: contexte.lire(vues.tues(jour, apres))),
        partial(_clore, contexte),
        contexte.prolonger,
        "Des obligations tues restent à clore.",
    )


async def _clore(contexte: Contexte, tue: vues.RappelDu) -> bool:
    cle, commande = f"{tue.obligation_id}:{uuid7()}", Clore(tue.organisme, tue.obligation_id)
    fait = await contexte.executer(
        "clore-obligation", Ports, clore, commande, cle=cle, organisme=tue.organisme
    )
    return bool(fait)


async def _ecouter(contexte: Contexte) -> bool:
    return bool(await contexte.lire(vues.tues(jour_de_quebec(contexte.horloge()))))


SILENCES = Tache("silences", 60.0, clore_les_silences, _ecouter)
