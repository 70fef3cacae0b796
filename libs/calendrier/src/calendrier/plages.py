"""Des intervalles d'instants `[début, fin)` : les construire, les fusionner, les rogner."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from calendrier.temps import instant_mural
from calendrier.versions import Horaire


class Plage(NamedTuple):
    """Un intervalle `[debut, fin)` d'instants UTC."""

    debut: datetime
    fin: datetime


def plages_du_jour(jour: date, horaires: Iterable[Horaire]) -> list[Plage]:
    """Les plages d'un jour de Québec, en instants UTC (changements d'heure compris)."""
    return [Plage(instant_mural(jour, h.debut), instant_mural(jour, h.fin)) for h in horaires]


def fusionner(plages: Iterable[Plage]) -> list[Plage]:
    """Les mêmes instants en plages disjointes, triées, sans deux plages qui se touchent."""
    fusionnees: list[Plage] = []
    for plage in sorted(plages):
        if fusionnees and plage.debut <= fusionnees[-1].fin:
            fusionnees[-1] = Plage(fusionnees[-1].debut, max(fusionnees[-1].fin, plage.fin))
        else:
            fusionnees.append(plage)
    return fusionnees


def rogner(plages: Iterable[Plage], debut: datetime, fin: datetime) -> tuple[Plage, ...]:
    """La part des plages dans `[debut, fin)`."""
    coupees = (Plage(max(p.debut, debut), min(p.fin, fin)) for p in plages)
    return tuple(p for p in coupees if p.debut < p.fin)


def duree_totale(plages: Iterable[Plage]) -> timedelta:
    """La durée réelle de plages disjointes."""
    return sum((p.fin - p.debut for p in plages), timedelta())
