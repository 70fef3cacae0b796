"""Les faits bruts que les autres services ont publiés; aucun ordre d'arrivée n'est supposé.

Chaque fait garde l'identifiant de son événement : le recevoir deux fois n'en fait pas deux.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, TypeVar
from uuid import UUID

from noyau import jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fait:
    evenement: UUID
    organisme: str
    source: str
    survenu_le: datetime

    @property
    def jour(self) -> date:
        """La date de Québec du fait."""
        return jour_de_quebec(self.survenu_le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Livraison(_Fait):
    """Un actif (la source) est livré : ses abonnements commencent, ses achats sont dus."""

    genre: Literal["livraison"] = "livraison"
    produit: str
    quantite: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinActif(_Fait):
    """Un actif (la source) est récupéré ou perdu; ses abonnements finissent ce jour-là."""

    genre: Literal["fin_actif"] = "fin_actif"
    produit: str
    fait_le: date
    nature: Literal["récupération", "perte", "sinistre", "vol", "vandalisme"]

    @property
    def est_perte(self) -> bool:
        """Vrai si des frais sont dus (FAC-2)."""
        return self.nature != "récupération"


@dataclass(frozen=True, slots=True, kw_only=True)
class TempsTravaille:
    """Du temps à un tarif horaire, en minutes."""

    tarif: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amenagement(_Fait):
    """Un aménagement (la source) est complété."""

    genre: Literal["amenagement"] = "amenagement"
    temps: tuple[TempsTravaille, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Resiliation(_Fait):
    """Un abonnement sans actif (la source) finit le jour `fin`, exclu."""

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
    | Amenagement
    | Intervention
    | Souscription
    | Resiliation
    | SignatureContrat
)
F = TypeVar("F", bound=FaitRecu)


@dataclass(frozen=True, slots=True)
class Source:
    """Les faits d'un actif, d'un incident, d'un contrat…, dans l'ordre où ils sont survenus."""

    organisme: str
    nom: str
    faits: tuple[FaitRecu, ...]

    def des(self, genre: type[F]) -> list[F]:
        """Ses faits d'un genre."""
        return [fait for fait in self.faits if isinstance(fait, genre)]

    def premier(self, genre: type[F]) -> F | None:
        """Son premier fait d'un genre."""
        return next(iter(self.des(genre)), None)


def sources(faits: Iterable[FaitRecu]) -> list[Source]:
    """Les sources de ces faits, triées; l'ordre des faits et leurs répétitions ne comptent pas."""
    par_source: dict[tuple[str, str], list[FaitRecu]] = defaultdict(list)
    for fait in {f.evenement: f for f in faits}.values():
        par_source[fait.organisme, fait.source].append(fait)
    return [
        Source(*cle, tuple(sorted(par_source[cle], key=lambda f: (f.survenu_le, f.evenement))))
        for cle in sorted(par_source)
    ]


def produits_livres(faits: Iterable[FaitRecu]) -> set[str]:
    """Les produits dont il faut connaître les tarifs pour dire ce que doivent ces faits."""
    return {fait.produit for fait in faits if isinstance(fait, Livraison)}
