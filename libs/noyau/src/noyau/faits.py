"""Ce qu'un cas d'usage rend : sa réponse et les faits qu'il a établis."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fait:
    """Un fait du domaine, au passé; chaque service en fait ses dataclasses gelées."""

    survenu_le: datetime
    """L'instant (UTC) où le fait est survenu, qui n'est pas celui où on l'enregistre."""
    acte_id: UUID | None = None
    """L'identité de l'acte, qui est celle de son événement (DEM-12); absente : une neuve."""


@dataclass(frozen=True, slots=True, init=False)
class Resultat(Generic[T_co]):
    """Le résultat d'un cas d'usage : une valeur pour l'appelant, des faits pour les autres.

    Les faits sont rendus, jamais recueillis en chemin : un résultat se compare par égalité.
    """

    valeur: T_co
    faits: tuple[Fait, ...]

    def __init__(self, valeur: T_co, *faits: Fait) -> None:
        object.__setattr__(self, "valeur", valeur)
        object.__setattr__(self, "faits", faits)
