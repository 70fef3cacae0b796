"""Le temps du juge naïf : des heures qui passent une à une, et les jours fériés qu'il calcule seul.

Rien ne vient du paquet `calendrier` : les treize jours de SLA-1 sont ceux d'un second calcul.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from libs.calendrier.tests.oracle_calendrier import feries

QUEBEC = ZoneInfo("America/Toronto")
UN_JOUR = timedelta(days=1)
UNE_HEURE = timedelta(hours=1)
_EPOQUE = datetime(1970, 1, 1, tzinfo=UTC)


def local(instant: datetime) -> datetime:
    return instant.astimezone(QUEBEC)


def heure_de(instant: datetime) -> int:
    """L'heure entière (depuis 1970, UTC) où tombe cet instant."""
    return (instant - _EPOQUE) // UNE_HEURE


@cache
def instant_de(heure: int) -> datetime:
    return _EPOQUE + heure * UNE_HEURE


@cache
def cadran(heure: int) -> tuple[date, int]:
    """Le jour et l'heure que montre alors une horloge de Québec."""
    montre = local(instant_de(heure))
    return montre.date(), montre.hour


@dataclass(frozen=True)
class Decret:
    """Une version du calendrier : ce qu'elle ajoute et retire, et le jour où elle commence."""

    version: str
    depuis: date
    rang: int
    ajouts: frozenset[date] = frozenset()
    retraits: frozenset[date] = frozenset()


class Calendrier:
    """Chaque jour est décidé par le dernier décret commencé; avant le premier, par le premier."""

    def __init__(self, decrets: Sequence[Decret]) -> None:
        self._decrets = decrets
        self._vus: dict[date, bool] = {}

    def ouvrable(self, jour: date) -> bool:
        if jour not in self._vus:
            self._vus[jour] = self._juger(jour)
        return self._vus[jour]

    def _juger(self, jour: date) -> bool:
        if jour.weekday() >= 5:
            return False
        commences = [d for d in self._decrets if d.depuis <= jour]
        if commences:
            decret = max(commences, key=lambda d: (d.depuis, d.rang))
        else:
            premier = min(d.depuis for d in self._decrets)
            siens = [d for d in self._decrets if d.depuis == premier]
            decret = max(siens, key=lambda d: d.rang)
        if jour in decret.ajouts:
            return False
        return jour in decret.retraits or jour not in feries(jour.year)
