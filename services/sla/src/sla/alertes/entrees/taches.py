"""La tâche qui annonce les cibles à risque et manquées (SLA-6)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sla.alertes.cas_usage import Annoncer, a_annoncer, annoncer
from sla.alertes.domaine import Alerte
from sla.alertes.ports import Ports
from socle.identifiants import uuid7
from socle.service import Contexte, Tache


async def _dues(contexte: Contexte, sauf: Collection[UUID] = ()) -> Sequence[Alerte]:
    au = contexte.horloge()
    return await contexte.consulter(Ports, lambda ports: a_annoncer(sauf, ports, au=au))


async def annoncer_alertes(contexte: Contexte) -> int:
    """Annonce ce qui est dû, chaque mesure dans sa transaction, qui la garde et la publie.

    Celle qui échoue n'arrête pas les autres; on y revient, et la santé le dit.
    """
    annoncees, echecs, passees = 0, list[Exception](), set[UUID]()
    while dues := await _dues(contexte, passees):
        for due in dues:
            try:
                faites = await _annoncer(contexte, due)
            except Exception as erreur:  # noqa: BLE001 -- relevée plus bas
                echecs.append(erreur)
                faites = 0
            annoncees += faites
            if not faites:
                passees.add(due.mesure_id)
            if not await contexte.prolonger():
                return annoncees
    if echecs:
        raise ExceptionGroup("Des alertes restent à annoncer.", echecs)
    return annoncees


async def _annoncer(contexte: Contexte, due: Alerte) -> int:
    # Ce qui ne se dit qu'une fois l'est par la ligne de l'alerte.
    cle, commande = f"{due.id}:{uuid7()}", Annoncer(due.mesure_id)
    faites = await contexte.executer(
        "annoncer", Ports, annoncer, commande, cle=cle, organisme=due.organisme
    )
    return faites or 0


async def _guetter(contexte: Contexte) -> bool:
    return bool(await _dues(contexte))


ALERTES = Tache("alertes", 30.0, annoncer_alertes, _guetter)
