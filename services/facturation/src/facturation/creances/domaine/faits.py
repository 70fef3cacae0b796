"""Les faits que les autres services ont publiés, et les sources qu'ils font (DEM-12, DEM-13).

Un fait porte l'identifiant de son événement : le recevoir deux fois n'en fait pas deux. Hors d'ici,
on ne lit que des sources : leurs faits sont rectifiés, et dans l'ordre de survenue.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import ClassVar, Literal, Self, TypeAlias, TypeVar
from uuid import UUID

from noyau import jour_de_quebec, rectifies


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fait:
    rang: ClassVar[int] = 0
    """À la même seconde, ce qui commence précède ce qui finit (DEM-12)."""

    acte_id: UUID
    organisme: str
    source: str
    survenu_le: datetime

    @property
    def jour(self) -> date:
        """La date de Québec du fait."""
        return jour_de_quebec(self.survenu_le)

    def redate(self, survenu_le: datetime) -> Self:
        """Le même fait, à son heure juste (DEM-13)."""
        return replace(self, survenu_le=survenu_le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Livraison(_Fait):
    """Un actif (la source) est livré : s'il n'est pas déjà en service, une vie commence."""

    genre: Literal["livraison"] = "livraison"
    produit: str
    quantite: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinActif(_Fait):
    """Un actif (la source) est récupéré ou perdu; sa vie finit ce jour-là, exclu (FAC-1)."""

    rang: ClassVar[int] = 1
    genre: Literal["fin_actif"] = "fin_actif"
    produit: str
    nature: Literal["récupération", "perte", "sinistre", "vol", "vandalisme"]

    @property
    def est_perte(self) -> bool:
        """Vrai si des frais sont dus (FAC-2)."""
        return self.nature != "récupération"


@dataclass(frozen=True, slots=True, kw_only=True)
class TempsTravaille(_Fait):
    """Du temps travaillé sur un article (la source), à un tarif horaire, en minutes (FAC-4)."""

    genre: Literal["temps_travaille"] = "temps_travaille"
    tarif: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention(_Fait):
    """Une intervention de soutien étendu dans un incident (la source)."""

    genre: Literal["intervention"] = "intervention"
    minutes: int
    deplacement: bool
    cloture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Souscription(_Fait):
    """Un abonnement sans actif (la source) commence le jour `debut`."""

    genre: Literal["souscription"] = "souscription"
    tarif: str
    quantite: int
    debut: date

    def redate(self, survenu_le: datetime) -> Self:
        """La même souscription, qui commence le jour de son heure juste (DEM-13)."""
        return replace(self, survenu_le=survenu_le, debut=jour_de_quebec(survenu_le))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resiliation(_Fait):
    """Un abonnement sans actif (la source) finit le jour `fin`, exclu, même redatée."""

    rang: ClassVar[int] = 1
    genre: Literal["resiliation"] = "resiliation"
    fin: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureContrat(_Fait):
    """Un contrat spécifique (la source) est signé par les deux parties (CI-20)."""

    genre: Literal["contrat"] = "contrat"
    montant: Decimal


FaitRecu: TypeAlias = (
    Livraison
    | FinActif
    | TempsTravaille
    | Intervention
    | Souscription
    | Resiliation
    | SignatureContrat
)
F = TypeVar("F", bound=FaitRecu)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """L'heure juste d'un acte de l'organisme; sans elle, l'acte est nul (DEM-13).

    `rang` croît d'une rectification d'un acte à la suivante; la dernière vaut.
    """

    organisme: str
    acte_id: UUID
    rang: int
    survenu_le: datetime | None
    evenement: UUID


Appris: TypeAlias = FaitRecu | Rectification
"""Ce que dit un événement."""


@dataclass(frozen=True, slots=True)
class Source:
    """Un actif, un incident, un contrat… : ses faits qui valent, dans l'ordre de survenue.

    `rectifications` : les événements qui ont rectifié chacun de ses actes, même devenu nul.
    """

    organisme: str
    nom: str
    faits: tuple[FaitRecu, ...]
    rectifications: Mapping[UUID, tuple[UUID, ...]]

    def des(self, genre: type[F]) -> list[F]:
        """Ses faits d'un genre."""
        return [fait for fait in self.faits if isinstance(fait, genre)]

    def premier(self, genre: type[F]) -> F | None:
        """Son premier fait d'un genre."""
        return next(iter(self.des(genre)), None)

    @property
    def evenements(self) -> tuple[UUID, ...]:
        """Tout ce que l'on en a appris, ce qui est devenu nul compris (FAC-9)."""
        valent = (fait.acte_id for fait in self.faits)
        return self.expliquer(dict.fromkeys((*valent, *sorted(self.rectifications))))

    def expliquer(self, actes: Iterable[UUID]) -> tuple[UUID, ...]:
        """Les événements de ces actes, chacun suivi de ceux qui le rectifient (FAC-9)."""
        return tuple(e for acte in actes for e in (acte, *self.rectifications.get(acte, ())))


def sources(appris: Iterable[Appris]) -> list[Source]:
    """Les sources des faits appris, triées, même celles dont tout acte est nul.

    L'ordre d'arrivée et les répétitions ne comptent pas; une rectification ne touche qu'un acte de
    son organisme, et l'attend s'il n'est pas encore connu (DEM-12, DEM-13).
    """
    faits: dict[tuple[str, str], list[FaitRecu]] = defaultdict(list)
    rectifications: dict[tuple[str, UUID], dict[int, Rectification]] = defaultdict(dict)
    for un in appris:
        if isinstance(un, Rectification):
            rectifications[un.organisme, un.acte_id][un.rang] = un
        else:
            faits[un.organisme, un.source].append(un)
    return [_source(*cle, faits[cle], rectifications) for cle in sorted(faits)]


def _source(
    organisme: str,
    nom: str,
    faits: list[FaitRecu],
    rectifications: Mapping[tuple[str, UUID], Mapping[int, Rectification]],
) -> Source:
    siennes = {
        fait.acte_id: [par_rang[rang] for rang in sorted(par_rang)]
        for fait in faits
        if (par_rang := rectifications.get((organisme, fait.acte_id)))
    }
    valent = rectifies(faits, chain.from_iterable(siennes.values()))
    evenements = {acte: tuple(r.evenement for r in toutes) for acte, toutes in siennes.items()}
    return Source(organisme, nom, tuple(valent), evenements)


def produits_livres(connues: Iterable[Source]) -> set[str]:
    """Les produits dont il faut connaître les tarifs pour dire ce que doivent ces sources."""
    return {livraison.produit for source in connues for livraison in source.des(Livraison)}
