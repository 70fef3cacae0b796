"""L'heure de Québec et les instants UTC, avec leurs changements d'heure."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from noyau import QUEBEC, en_utc

_EPOQUE = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDE = timedelta(microseconds=1)
_JOUR_EN_MINUTES = 24 * 60


def instant_de_quebec(jour: date, heure: time) -> datetime:
    """L'instant UTC d'une heure murale de Québec.

    À l'automne, une heure murale qui revient deux fois est la première; au printemps, une heure
    qui n'existe pas est lue à l'heure normale.
    """
    return datetime.combine(jour, heure, QUEBEC).astimezone(UTC)


@lru_cache(maxsize=4096)
def instant_mural(jour: date, minutes: int) -> datetime:
    """L'instant UTC d'une heure en minutes depuis minuit (1800 : le lendemain à 6 h)."""
    jours, reste = divmod(minutes, _JOUR_EN_MINUTES)
    return instant_de_quebec(jour + timedelta(days=jours), time(*divmod(reste, 60)))


def microsecondes(instant: datetime) -> int:
    """L'instant en microsecondes entières depuis 1970-01-01T00:00Z; lève `InstantNaif`."""
    return (en_utc(instant) - _EPOQUE) // _MICROSECONDE
