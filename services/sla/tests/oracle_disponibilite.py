"""La disponibilité d'un mois, comptée minute par minute depuis la règle écrite (SLA-5).

Ne partage aucun code avec le service : ni intervalles, ni fusion, ni plages du calendrier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

QUEBEC = ZoneInfo("America/Toronto")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Coupure:
    """Ce qui interrompt un service; `organismes` vide : tous."""

    service: str
    nature: str
    organismes: tuple[str, ...]
    debut: datetime
    fin: datetime | None


@dataclass(frozen=True)
class Monde:
    """Le mois que l'on compte, et tout ce qui y a lieu."""

    premier: date
    dernier: date
    services: Sequence[tuple[str, date, date | None]]
    coupures: Sequence[Coupure]
    feries: frozenset[date] = frozenset()
    visioconference: bool = False
    """Vrai : de 8 h 30 à 17 h, jours ouvrables; faux : en tout temps."""
    condition_d: bool = True


def compter(monde: Monde, organisme: str) -> tuple[int, int, int, int]:
    """(service, panne, service ajusté, panne ajustée), en secondes."""
    comptes = [0, 0, 0, 0]
    instant = datetime.combine(monde.premier, datetime.min.time(), QUEBEC).astimezone(UTC)
    while (locale := instant.astimezone(QUEBEC)).date() <= monde.dernier:
        nes = [
            c
            for c, ne, fin in monde.services
            if ne <= locale.date() and (fin is None or locale.date() < fin)
        ]
        if nes and _ouvert(monde, locale):
            rompu = any(_rompt(c, nes, organisme, instant) for c in monde.coupures)
            permise = monde.condition_d and _maintenance(locale)
            comptes[0] += 60
            comptes[1] += 60 * rompu
            comptes[2] += 60 * (not permise)
            comptes[3] += 60 * (rompu and not permise)
        instant += MINUTE
    return comptes[0], comptes[1], comptes[2], comptes[3]


def _rompt(coupure: Coupure, nes: Sequence[str], organisme: str, instant: datetime) -> bool:
    return (
        coupure.nature != "degradation"
        and coupure.service in nes
        and (not coupure.organismes or organisme in coupure.organismes)
        and coupure.debut <= instant
        and (coupure.fin is None or instant < coupure.fin)
    )


def _ouvert(monde: Monde, locale: datetime) -> bool:
    if not monde.visioconference:
        return True
    minutes = locale.hour * 60 + locale.minute
    ouvrable = locale.weekday() < 5 and locale.date() not in monde.feries
    return ouvrable and 8 * 60 + 30 <= minutes < 17 * 60


def _maintenance(locale: datetime) -> bool:
    """Du lundi au vendredi à 22 h jusqu'au lendemain 6 h; samedi et dimanche, tout le jour."""
    jour = locale.weekday()
    if jour >= 5 or locale.hour >= 22:
        return True
    return locale.hour < 6 and jour != 0
