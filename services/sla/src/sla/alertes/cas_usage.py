"""Ce qu'on peut demander aux alertes : ce qui est à annoncer, et l'annoncer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from noyau import Acte, Resultat
from sla.alertes.domaine import Alerte, AlerteAnnoncee, Moment
from sla.alertes.ports import Ports

LOT = 500
"""Alertes lues au plus à la fois."""


@dataclass(frozen=True, slots=True)
class Annoncer:
    """Une mesure dont une alerte semble due."""

    mesure_id: UUID


async def annoncer(commande: Annoncer, ports: Ports, acte: Acte) -> Resultat[int]:
    """Annonce ce qui est encore dû de cette mesure, une fois chacun (SLA-6). Rend combien."""
    moment = await _moment(ports, acte.le)
    if moment is None:
        return Resultat(0)
    dues = await ports.alertes.dues_de(commande.mesure_id, moment)
    neuves = await ports.alertes.ajouter(dues, acte.le)
    faits = (AlerteAnnoncee(alerte=a, survenu_le=acte.le, acte_id=a.id) for a in neuves)
    return Resultat(len(neuves), *faits)


async def a_annoncer(sauf: Collection[UUID], ports: Ports, *, au: datetime) -> Sequence[Alerte]:
    """Un lot de ce qui est à annoncer à l'instant `au`, hors de ces mesures."""
    moment = await _moment(ports, au)
    return [] if moment is None else await ports.alertes.dues(moment, LOT, sauf)


async def _moment(ports: Ports, au: datetime) -> Moment | None:
    """Sans calendrier, rien n'est mesuré ni annoncé (SLA-1)."""
    calendrier = await ports.calendriers.applique()
    if calendrier is None:
        return None
    return Moment.de(au, calendrier, await ports.alertes.recus())
