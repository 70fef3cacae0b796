"""Ce qu'un service publie : la table totale de ses faits, en événements de contrat."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, get_args

from noyau import Fait


class EvenementPublie(Protocol):
    """Ce que le socle attend d'un événement de contrat."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int]
    PRODUCTEUR: ClassVar[str]

    @property
    def cle(self) -> str: ...

    def model_dump_json(self) -> str: ...


Traduction = Callable[[Any], EvenementPublie | None]
"""D'un fait à son événement; rien s'il reste interne."""

Publications = Mapping[type[Fait], Traduction]


def publications(union: object, traduire: Traduction) -> Publications:
    """La table d'une aire : chaque fait de l'union, et la fonction (totale) qui les traduit."""
    faits: tuple[type[Fait], ...] = get_args(union) or (union,)
    return MappingProxyType(dict.fromkeys(faits, traduire))


def reunir(tables: Iterable[Publications]) -> Publications:
    """La table d'un service; lève `RuntimeError` si deux aires disent traduire le même fait."""
    reunie: dict[type[Fait], Traduction] = {}
    for table in tables:
        if doubles := reunie.keys() & table.keys():
            noms = ", ".join(sorted(fait.__name__ for fait in doubles))
            raise RuntimeError(f"Faits traduits deux fois : {noms}.")
        reunie |= table
    return MappingProxyType(reunie)


def evenement_de(fait: Fait, table: Publications) -> EvenementPublie | None:
    """L'événement d'un fait, s'il est public; lève `TypeError` si nulle aire ne le traduit."""
    traduire = table.get(type(fait))
    if traduire is None:
        raise TypeError(f"Aucune aire ne traduit le fait {type(fait).__name__}.")
    return traduire(fait)
