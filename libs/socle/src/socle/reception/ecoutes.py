"""Ce qu'un service écoute : un dictionnaire visible, événement → traduction et cas d'usage."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Generic, TypeVar

from noyau import Acte, Resultat, sujet_de
from socle.bus.enveloppe import Recu

C = TypeVar("C")
P = TypeVar("P")


class Ordre(Enum):
    """STRICT : les prédécesseurs de la clé d'abord. LIBRE : tout ordre mène au même état."""

    STRICT = "strict"
    LIBRE = "libre"


@dataclass(frozen=True, slots=True)
class Ecoute(Generic[C, P]):
    """Comment un événement devient une commande, et quel cas d'usage traite le lot."""

    traduire: Callable[[Recu[Any]], C | None]
    cas: Callable[[Sequence[C], P, Acte], Awaitable[Resultat[object]]]
    ports: type[P]
    ordre: Ordre = Ordre.LIBRE
    aire: int = 0
    """Le rang de l'aire qui écoute, de la plus basse à la plus haute; posé par le service."""


Ecoutes = Mapping[type[Any], Ecoute[Any, Any]]
"""Ce qu'une aire écoute : une écoute par événement."""

EcoutesReunies = Mapping[type[Any], tuple[Ecoute[Any, Any], ...]]
"""Ce qu'un service écoute : pour chaque événement, ses aires, de la plus basse à la plus haute."""


def reunir_ecoutes(*tables: Ecoutes) -> EcoutesReunies:
    """Les écoutes d'un service, dans l'ordre de ses aires."""
    reunies: dict[type[Any], tuple[Ecoute[Any, Any], ...]] = {}
    for aire, table in enumerate(tables):
        for classe, ecoute in table.items():
            reunies[classe] = (*reunies.get(classe, ()), replace(ecoute, aire=aire))
    return reunies


def sujets_stricts(ecoutes: EcoutesReunies) -> frozenset[str]:
    """Les sujets dont une écoute au moins exige les prédécesseurs d'abord."""
    return frozenset(
        sujet_de(classe.PRODUCTEUR)
        for classe, reunies in ecoutes.items()
        if any(ecoute.ordre is Ordre.STRICT for ecoute in reunies)
    )


def types_passes(
    ecoutes: EcoutesReunies, evenements: Collection[type[Any]]
) -> frozenset[tuple[str, str]]:
    """Les (sujet, type) des sujets stricts qui se passent sans se réclamer.

    Qui écoute une clé en compte tous les types. On passe donc par sortes d'agrégats, jamais par
    types; un événement qui peut nommer une clé suivie fait suivre toutes celles qu'il peut nommer.
    Un type qui n'est pas d'`evenements`, celui d'un producteur plus neuf, ne se passe jamais.
    """
    passes: set[tuple[str, str]] = set()
    for sujet in sujets_stricts(ecoutes):
        tous = [classe for classe in evenements if sujet_de(classe.PRODUCTEUR) == sujet]
        plus = [c for c in ecoutes if tous and sujet_de(c.PRODUCTEUR) == sujet]
        suivis, agregats = set[str](), set[str]()
        while plus:
            suivis.update(classe.TYPE for classe in plus)
            agregats.update(agregat for classe in plus for agregat in classe.AGREGATS)
            plus = [c for c in tous if c.TYPE not in suivis and agregats.intersection(c.AGREGATS)]
        passes.update((sujet, classe.TYPE) for classe in tous if classe.TYPE not in suivis)
    return frozenset(passes)


def sujet_des_rebuts(sujet: str, consommateur: str) -> str:
    """Le sujet où vont les messages qu'un consommateur écarte."""
    return f"{sujet}.dlq.{consommateur}"


def sujets_ecoutes(ecoutes: EcoutesReunies) -> tuple[str, ...]:
    """Les sujets à lire, triés."""
    return tuple(sorted({sujet_de(classe.PRODUCTEUR) for classe in ecoutes}))
