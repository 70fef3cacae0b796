"""Comment un jour férié trouve sa date dans l'année, avant tout report de fin de semaine."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from calendrier.erreurs import VersionInvalide

ANNEE_MIN, ANNEE_MAX = 2015, 2040
"""Les années couvertes, bornes comprises."""

_LUNDI = 0


class Regle(Protocol):
    """Une règle donne sa date nominale et sait s'écrire dans un document."""

    def date_nominale(self, annee: int) -> date:
        """La date de cette année-là, fin de semaine ou non."""

    def vers_document(self) -> dict[str, object]:
        """La règle telle que le document la porte."""


@dataclass(frozen=True, slots=True)
class DateFixe:
    """Le même jour chaque année."""

    mois: int
    jour: int

    def date_nominale(self, annee: int) -> date:
        return date(annee, self.mois, self.jour)

    def vers_document(self) -> dict[str, object]:
        return {"fixe": f"{self.mois:02d}-{self.jour:02d}"}


@dataclass(frozen=True, slots=True)
class DepuisPaques:
    """À tant de jours du dimanche de Pâques (négatif : avant)."""

    decalage: int

    def date_nominale(self, annee: int) -> date:
        return _vendredis_saints()[annee] + timedelta(days=2 + self.decalage)

    def vers_document(self) -> dict[str, object]:
        return {"paques": self.decalage}


@dataclass(frozen=True, slots=True)
class LundiAvant:
    """Le dernier lundi strictement avant une date."""

    mois: int
    jour: int

    def date_nominale(self, annee: int) -> date:
        borne = date(annee, self.mois, self.jour)
        return borne - timedelta(days=(borne.weekday() - 1) % 7 + 1)

    def vers_document(self) -> dict[str, object]:
        return {"lundi_avant": f"{self.mois:02d}-{self.jour:02d}"}


@dataclass(frozen=True, slots=True)
class LundiDuMois:
    """Le n-ième lundi d'un mois (rang de 1 à 4)."""

    mois: int
    rang: int

    def date_nominale(self, annee: int) -> date:
        premier = date(annee, self.mois, 1)
        return premier + timedelta(days=(_LUNDI - premier.weekday()) % 7 + 7 * (self.rang - 1))

    def vers_document(self) -> dict[str, object]:
        return {"lundi_du_mois": f"{self.mois:02d}-{self.rang}"}


def regle_depuis_document(document: object, champ: str) -> Regle:
    """La règle qu'un document décrit : un objet d'une seule clé. Lève `VersionInvalide` sinon."""
    match document:
        case {"fixe": str(texte), **reste} if not reste:
            return DateFixe(*_mois_et_jour(texte, champ))
        case {"lundi_avant": str(texte), **reste} if not reste:
            return LundiAvant(*_mois_et_jour(texte, champ))
        case {"lundi_du_mois": str(texte), **reste} if not reste:
            return LundiDuMois(*_mois_et_rang(texte, champ))
        case {"paques": int(decalage), **reste} if not reste and not isinstance(decalage, bool):
            if not -60 <= decalage <= 60:
                raise VersionInvalide(f"{champ} : « paques » va de -60 à 60 jours, reçu {decalage}")
            return DepuisPaques(decalage)
    raise VersionInvalide(
        f"{champ} : une règle est un objet d'une seule clé parmi fixe, paques, lundi_avant, "
        f"lundi_du_mois; reçu {document!r}"
    )


def _mois_et_jour(texte: str, champ: str) -> tuple[int, int]:
    """Le mois et le jour de « mm-jj », valides toutes les années (le 29 février est refusé)."""
    try:
        lu = date.fromisoformat(f"2015-{texte}")
    except ValueError:
        raise VersionInvalide(
            f"{champ} : « {texte} » n'est pas un jour « mm-jj » de toute année"
        ) from None
    return lu.month, lu.day


def _mois_et_rang(texte: str, champ: str) -> tuple[int, int]:
    if not re.fullmatch(r"(0[1-9]|1[0-2])-[1-4]", texte, re.ASCII):
        raise VersionInvalide(f"{champ} : « {texte} » n'est pas un mois et un rang de 1 à 4 (mm-n)")
    return int(texte[:2]), int(texte[3:])


@cache
def _vendredis_saints() -> dict[int, date]:
    """Le Vendredi saint de chaque année, d'où vient Pâques, tel que `holidays` le calcule."""
    # Trois mégaoctets pour une date par année : un rôle qui ne compte aucun jour s'en passe.
    from holidays import country_holidays  # noqa: PLC0415

    canada = country_holidays(
        "CA", years=range(ANNEE_MIN - 1, ANNEE_MAX + 1), observed=False, language="en_CA"
    )
    return {jour.year: jour for jour in canada.get_named("Good Friday", lookup="exact")}
