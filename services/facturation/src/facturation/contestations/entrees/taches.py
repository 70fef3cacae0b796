"""La tâche qui rappelle les contestations qui traînent."""

from uuid import UUID

from facturation.contestations.adaptateurs import vues
from facturation.contestations.cas_usage import Rappeler, rappeler
from facturation.contestations.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun


async def _dues(contexte: Contexte) -> list[UUID]:
    return [*await contexte.lire(vues.a_rappeler(jour_de_quebec(contexte.horloge())))]


async def publier_rappels(contexte: Contexte) -> int:
    """Publie les rappels dus, chacun dans sa transaction, qui le marque fait (FAC-8)."""

    async def une(id_: UUID) -> None:
        # Ce qui n'est publié qu'une fois l'est par la contestation, que le verbe verrouille.
        cle = f"{id_}:{uuid7()}"
        await contexte.executer("rappeler", Ports, rappeler, Rappeler(id_), cle=cle)

    return await chacun(await _dues(contexte), une, contexte.prolonger)


async def _guetter(contexte: Contexte) -> bool:
    return bool(await _dues(contexte))


RAPPELS = Tache("rappels", 60.0, publier_rappels, _guetter)
