"""Le petit marché d'une histoire, et ce qu'on y dit : des valeurs nues, que chacun lit seul."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

QUEBEC = ZoneInfo("America/Toronto")
Periodes = tuple[tuple[int, int, int], ...]
"""Du mois, au mois, combien; les deux mois compris."""


@dataclass(frozen=True, slots=True)
class Part:
    """Une composante publiée : « mois », « annee » ou « unique »."""

    code: str
    periodicite: str
    prix: Decimal


@dataclass(frozen=True, slots=True)
class Tarif:
    """Une version du prix d'une offre, dès ce jour."""

    version: int
    des: date
    parts: tuple[Part, ...]
    baisse: bool
    taux: Decimal | None = None
    tous_les: int = 12

    def part(self, code: str) -> Part | None:
        return next((p for p in self.parts if p.code == code), None)


@dataclass(frozen=True, slots=True)
class EtatOffre:
    """Une version d'une offre, dès cet instant; les lieux et leur zone."""

    version: int
    depuis: datetime
    lieux: Mapping[str, str]
    publiee: bool = True
    qualifiee: bool = True
    minimum: int = 0
    """Les unités de la base que le fournisseur impose."""
    duree_minimale: int = 0
    par_unite: Decimal | None = None
    """Combien d'usagers sert une unité de la base; non publié, le scénario le dit."""


@dataclass(frozen=True, slots=True)
class OffreDite:
    """Une offre, ses versions et ses prix."""

    id: UUID
    entente: UUID
    etats: tuple[EtatOffre, ...]
    tarifs: tuple[Tarif, ...]

    def etat(self, le: datetime) -> EtatOffre:
        return [e for e in self.etats if e.depuis <= le][-1]

    def tarif(self, jour: date) -> Tarif | None:
        return next((t for t in reversed(self.tarifs) if t.des <= jour), None)


@dataclass(frozen=True, slots=True)
class EntenteDite:
    """Une entente-cadre sur `[debut, fin)`, son fournisseur, et s'il traite au Québec."""

    id: UUID
    fournisseur: UUID
    pays: str
    neq: bool
    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class Marche:
    """Le Catalogue et l'organisme d'une histoire."""

    ententes: Mapping[UUID, EntenteDite]
    offres: Mapping[UUID, OffreDite]
    rcti: bool
    oblige_des: date | None
    """Dès quand le décret 596-2020 l'oblige."""

    def dehors(self, offre: UUID, zone: str) -> bool:
        """Hors du Québec, par le lieu ou par qui traite : d'un autre pays, ou sans NEQ."""
        entente = self.entente_de(offre)
        return zone != "quebec" or entente.pays != "CA" or not entente.neq

    def entente_de(self, offre: UUID) -> EntenteDite:
        return self.ententes[self.offres[offre].entente]


@dataclass(frozen=True, slots=True)
class Prise:
    """Une composante voulue : ce qu'une unité sert, ou ses quantités (un nombre : toujours)."""

    code: str
    sert: Decimal | None = None
    quantites: int | Periodes | None = None


@dataclass(frozen=True, slots=True)
class Voulue:
    """Une offre d'un scénario, son lieu et ses composantes."""

    offre: UUID
    lieu: str | None
    prises: tuple[Prise, ...]


@dataclass(frozen=True, slots=True)
class Dit:
    """Un acte que l'on tente : lequel, quand, et ce qu'il dit."""

    quoi: str
    le: datetime
    champs: Mapping[str, Any]

    def __getitem__(self, nom: str) -> Any:  # noqa: ANN401 -- un champ, de tout type
        return self.champs[nom]

    def __str__(self) -> str:
        return f"{self.quoi} {self.le:%m-%d %H:%M} {dict(self.champs)}"


def jour(le: datetime) -> date:
    """La date de Québec."""
    return le.astimezone(QUEBEC).date()
