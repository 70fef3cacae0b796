"""L'agenda du mois : les actes groupés par instant d'horloge, pour avancer le temps peu souvent."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acte:
    """Un acte à poser; `ponctuel`, l'horloge doit marquer `annonce`; sinon, `annonce` ou après."""

    annonce: datetime
    ponctuel: bool
    libelle: str
    faire: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tour:
    """Un instant d'horloge et les actes qu'on y pose, dans l'ordre où ils s'annoncent."""

    instant: datetime
    actes: tuple[Acte, ...]


def tours(actes: Iterable[Acte]) -> tuple[Tour, ...]:
    """Les tours du mois : un par instant d'acte ponctuel; les autres actes au premier qui les suit.

    Lève `ValueError` si un acte s'annonce après le dernier tour : il ne serait jamais posé.
    """
    ordonnes = sorted(actes, key=lambda acte: acte.annonce)
    instants = sorted({acte.annonce for acte in ordonnes if acte.ponctuel})
    groupes: dict[datetime, list[Acte]] = {instant: [] for instant in instants}
    for acte in ordonnes:
        instant = next((i for i in instants if i >= acte.annonce), None)
        if instant is None:
            raise ValueError(f"Aucun tour ne suit « {acte.libelle} », annoncé {acte.annonce}.")
        groupes[instant].append(acte)
    return tuple(Tour(instant, tuple(poses)) for instant, poses in groupes.items())
