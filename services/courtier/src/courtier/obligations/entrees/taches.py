"""La tâche qui rappelle ce qui est dû."""

from collections.abc import Sequence
from uuid import UUID

from courtier.obligations.adaptateurs import vues
from courtier.obligations.cas_usage import Rappeler, rappeler
from courtier.obligations.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache


async def _dues(contexte: Contexte) -> Sequence[tuple[str, UUID]]:
    return await contexte.lire(vues.a_rappeler(jour_de_quebec(contexte.horloge())))


async def publier_rappels(contexte: Contexte) -> int:
    """Publie les rappels dus, chacun dans sa transaction, qui le marque fait.

    Celui qui échoue n'arrête pas les autres; on y revient, et la santé le dit.
    """
    faits, echecs = 0, list[Exception]()
    for organisme, obligation_id in await _dues(contexte):
        # Ce qui ne se publie qu'une fois l'est par l'obligation, que le verbe verrouille.
        cle, commande = f"{obligation_id}:{uuid7()}", Rappeler(organisme, obligation_id)
        try:
            faits += bool(
                await contexte.executer(
                    "rappeler-obligation", Ports, rappeler, commande, cle=cle, organisme=organisme
                )
            )
        except Exception as erreur:  # noqa: BLE001 -- relevée plus bas
            echecs.append(erreur)
        if not await contexte.prolonger():
            return faits
    if echecs:
        raise ExceptionGroup("Des rappels restent à publier.", echecs)
    return faits


async def _guetter(contexte: Contexte) -> bool:
    return bool(await _dues(contexte))


RAPPELS = Tache("rappels", 60.0, publier_rappels, _guetter)
