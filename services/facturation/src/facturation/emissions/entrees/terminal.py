"""Suivre une exécution au terminal : une barre qui avance, ou une ligne par changement."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from facturation.emissions.adaptateurs import vues
from facturation.emissions.domaine.executions import EtatTraitement
from facturation.emissions.domaine.suivi import EtatExecution, Suivi
from facturation.emissions.ports import Ports
from facturation.tarification.domaine.ecriture import en_dollars
from noyau import QUEBEC
from socle.operateur import visible
from socle.service import Contexte

Dire: TypeAlias = Callable[[str], None]
Montrer: TypeAlias = Callable[[Suivi, datetime], None]
CADENCE: Final = 0.5
"""Secondes entre deux lectures."""
PATIENCE: Final = 30.0
"""Secondes sans que rien n'avance, avant de s'en étonner."""
CITES: Final = 20
"""Les organismes mis de côté que l'on nomme."""
ETATS: Final = {
    EtatExecution.EN_COURS: "en cours",
    EtatExecution.ARRETEE: "arrêtée",
    EtatExecution.TERMINEE: "terminée",
}


def phrase(suivi: Suivi, maintenant: datetime) -> str:
    """« 12 sur 150 traités, 2 mis de côté, 12 345,00 $ émis; fin vers 10 h 42 »."""
    vu = suivi.avancement
    dit = [f"{vu.traites} sur {vu.organismes} traités"]
    if de_cote := vu.par_etat.get(EtatTraitement.EN_ATTENTE, 0):
        dit.append(f"{de_cote} mis de côté")
    dit.append(f"{en_dollars(vu.montant_emis.decimal)} émis")
    fin = suivi.fin_estimee(maintenant)
    vers = f"; fin vers {fin.astimezone(QUEBEC):%-H h %M}" if fin else ""
    return ", ".join(dit) + vers


@contextmanager
def affichage(dire: Dire) -> Iterator[tuple[Montrer, Dire]]:
    """Une barre sur un terminal, et de quoi dire au-dessus; ailleurs, une ligne par changement."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _lignes(dire), dire
        return
    with Progress(BarColumn(), TextColumn("{task.description}"), console=console) as barre:
        tache = barre.add_task("", total=None)

        def montrer(suivi: Suivi, maintenant: datetime) -> None:
            vu = suivi.avancement
            dit = phrase(suivi, maintenant)
            barre.update(tache, completed=vu.traites, total=vu.organismes, description=dit)

        yield montrer, partial(console.print, markup=False)


def _lignes(dire: Dire) -> Montrer:
    dites: list[str] = []

    def montrer(suivi: Suivi, maintenant: datetime) -> None:
        dit = phrase(suivi, maintenant)
        if dites[-1:] != [dit]:
            dites[:] = [dit]
            dire(dit)

    return montrer


async def suivre(contexte: Contexte, dire: Dire, execution_id: UUID) -> bool:
    """Suit l'exécution jusqu'à sa fin ou son arrêt; vrai si plus rien n'y manque.

    Lève `Introuvable`. Coupée, elle ne coupe rien : le relais continue.
    """
    try:
        with affichage(dire) as (montrer, prevenir):
            suivi = await _jusqu_au_bout(contexte, execution_id, montrer, prevenir)
    except asyncio.CancelledError:
        dire(f"L'exécution continue. La suivre : {commande('suivre', execution_id)}")
        raise
    return await _conclure(contexte, dire, suivi)


def commande(geste: str, execution_id: UUID) -> str:
    """La commande à taper pour poser ce geste."""
    return f"python -m facturation executions {geste} {execution_id}"


async def _jusqu_au_bout(
    contexte: Contexte, execution_id: UUID, montrer: Montrer, prevenir: Dire
) -> Suivi:
    traites, depuis = -1, time.monotonic()
    while True:
        suivi = await contexte.consulter(Ports, lambda p: p.executions.suivre(execution_id))
        montrer(suivi, contexte.horloge())
        if suivi.execution.etat is not EtatExecution.EN_COURS:
            return suivi
        if suivi.avancement.traites != traites:
            traites, depuis = suivi.avancement.traites, time.monotonic()
        elif time.monotonic() - depuis > PATIENCE:
            prevenir(f"Rien n'avance depuis {PATIENCE:.0f} s : le rôle relais tourne-t-il?")
            depuis = time.monotonic()
        await asyncio.sleep(CADENCE)


async def _conclure(contexte: Contexte, dire: Dire, suivi: Suivi) -> bool:
    execution, vu = suivi.execution, suivi.avancement
    dire(f"Exécution de {execution.periode} {ETATS[execution.etat]}.")
    filtre = vues.FiltreTraitements(execution_id=execution.id, etat=EtatTraitement.EN_ATTENTE)
    de_cote = await contexte.lire(lambda cx: vues.TRAITEMENTS.lire(cx, filtre, CITES))
    for mis in de_cote.lignes:
        dire(f"  {mis.organisme} : {visible(mis.raison)}")
    reste = vu.par_etat.get(EtatTraitement.EN_ATTENTE, 0) - len(de_cote.lignes)
    if reste > 0:
        dire(f"  Et {reste} de plus.")
    tenu = execution.etat is EtatExecution.TERMINEE and not de_cote.lignes
    if not tenu:
        dire(f"Ce qui manque se reprend : {commande('reprendre', execution.id)}")
    return tenu
