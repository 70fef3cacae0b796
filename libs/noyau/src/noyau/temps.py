"""Le temps d'affaires : instants conscients en UTC, dates de Québec, une seule horloge."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

QUEBEC = ZoneInfo("America/Toronto")
"""Le fuseau de l'heure de Québec (SLA-1)."""


PREMIER_JOUR = date(2000, 1, 1)
DERNIER_JOUR = date(2100, 12, 31)
"""Les jours où une affaire peut avoir lieu; aux bouts du calendrier, la base garde un infini."""


_SANS_FUSEAU = "Un instant doit porter son fuseau horaire."


class InstantNaif(ValueError):
    """Un instant sans fuseau horaire : on ne sait pas quand il est."""


class InstantImpossible(ValueError):
    """Un instant hors des années 2000 à 2100 : personne n'a voulu le dire."""


class Horloge(Protocol):
    """Le port par lequel entre l'heure d'affaires; rend un instant conscient en UTC."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class HorlogeFixe:
    """Une horloge arrêtée, pour les essais."""

    instant: datetime

    def __call__(self) -> datetime:
        return self.instant


def en_utc(instant: datetime) -> datetime:
    """Ramène un instant conscient en UTC; lève `InstantNaif` s'il n'a pas de fuseau."""
    if instant.utcoffset() is None:
        raise InstantNaif(_SANS_FUSEAU)
    return instant.astimezone(UTC)


def instant_plausible(instant: datetime) -> datetime:
    """Un instant conscient, ramené en UTC, dont les jours à Québec et en UTC sont possibles.

    Lève `InstantNaif` s'il n'a pas de fuseau, `InstantImpossible` hors des années 2000 à 2100.
    """
    if not _PREMIER <= (instant if instant.utcoffset() is not None else en_utc(instant)) < _FIN:
        raise InstantImpossible(f"instant hors des années 2000 à 2100 : {instant.isoformat()}")
    return en_utc(instant)


def jour_de_quebec(instant: datetime) -> date:
    """La date de Québec d'un instant conscient; lève `InstantNaif` sinon."""
    if instant.utcoffset() is None:
        raise InstantNaif(_SANS_FUSEAU)
    return instant.astimezone(QUEBEC).date()


def debut_du_jour(jour: date) -> datetime:
    """L'instant (UTC) où commence une date de Québec."""
    return datetime.combine(jour, time(), QUEBEC).astimezone(UTC)


_PREMIER = debut_du_jour(PREMIER_JOUR)
_FIN = datetime(DERNIER_JOUR.year + 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Mois:
    """Un mois civil, la période de la facturation et des taux."""

    annee: int
    mois: int

    def __post_init__(self) -> None:
        date(self.annee, self.mois, 1)

    @classmethod
    def lire(cls, texte: str) -> "Mois":
        """Lit « aaaa-mm »; lève `ValueError` sinon."""
        if not re.fullmatch(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])", texte):
            raise ValueError(f"« {texte} » n'est pas un mois de la forme aaaa-mm.")
        return cls(int(texte[:4]), int(texte[5:]))

    @classmethod
    def de(cls, jour: date) -> "Mois":
        return cls(jour.year, jour.month)

    @property
    def debut(self) -> date:
        return date(self.annee, self.mois, 1)

    @property
    def fin(self) -> date:
        """Le premier jour du mois suivant (borne exclue)."""
        return self.suivant.debut

    @property
    def jours(self) -> int:
        return (self.fin - self.debut).days

    @property
    def suivant(self) -> "Mois":
        return Mois(self.annee + self.mois // 12, self.mois % 12 + 1)

    @property
    def precedent(self) -> "Mois":
        return Mois.de(self.debut - timedelta(days=1))

    @property
    def exercice(self) -> str:
        """L'exercice financier du mois, du 1er avril au 31 mars : « 2026-2027 » (FAC-6)."""
        return exercice_de(self.debut)

    def __str__(self) -> str:
        return f"{self.annee:04d}-{self.mois:02d}"


def mois_plus_tard(jour: date, mois: int) -> date:
    """Le même quantième, ou le dernier du mois s'il n'en a pas tant."""
    annees, rang = divmod(jour.month - 1 + mois, 12)
    annee = jour.year + annees
    if annee > date.max.year:
        return date.max
    dernier = calendar.monthrange(annee, rang + 1)[1]
    return date(annee, rang + 1, min(jour.day, dernier))


def exercice_de(jour: date) -> str:
    """L'exercice financier (1er avril au 31 mars) d'une date : « 2026-2027 » (FAC-6)."""
    debut = jour.year if jour.month >= 4 else jour.year - 1
    return f"{debut}-{debut + 1}"
