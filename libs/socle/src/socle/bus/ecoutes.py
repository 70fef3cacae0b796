"""Ce qu'un service écoute : un dictionnaire visible, événement → traduction et cas d'usage."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from socle.bus.enveloppe import Recu
from socle.noyau import Acte, Issue

C = TypeVar("C")
D = TypeVar("D")


class Ordre(Enum):
    """STRICT : les prédécesseurs de la clé d'abord. LIBRE : tout ordre mène au même état."""

    STRICT = "strict"
    LIBRE = "libre"


@dataclass(frozen=True, slots=True)
class Ecoute(Generic[C, D]):
    """Comment un événement devient une commande, et quel cas d'usage traite le lot."""

    traduire: Callable[[Recu[Any]], C | None]
    cas: Callable[[Sequence[C], D, Acte], Awaitable[Issue[object]]]
    ordre: Ordre = Ordre.LIBRE


Ecoutes = Mapping[type[Any], Ecoute[Any, Any]]


def sujet_du_producteur(producteur: str) -> str:
    """Le sujet du bus d'un producteur."""
    return f"sbg.{producteur}.v1"


def sujet_des_rebuts(sujet: str, consommateur: str) -> str:
    """Le sujet où vont les messages qu'un consommateur écarte."""
    return f"{sujet}.dlq.{consommateur}"


def sujets_ecoutes(ecoutes: Ecoutes) -> tuple[str, ...]:
    """Les sujets à lire, triés."""
    return tuple(sorted({sujet_du_producteur(classe.PRODUCTEUR) for classe in ecoutes}))
