"""Les ports d'une aire, et qui les ouvre : déclarés dans le `main` du service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Branchement(Generic[P]):
    """Des ports, et de quoi les ouvrir sur une connexion sous transaction et sous portée."""

    ports: type[P]
    ouvrir: Callable[[AsyncConnection], P]


class Prises:
    """Les branchements d'un service; chaque aire y trouve les siens par leur classe."""

    def __init__(self, branchements: Iterable[Branchement[Any]]) -> None:
        self._ouvrir: dict[type[Any], Callable[[AsyncConnection], Any]] = {}
        for branchement in branchements:
            if branchement.ports in self._ouvrir:
                raise RuntimeError(f"{branchement.ports.__qualname__} est branché deux fois.")
            self._ouvrir[branchement.ports] = branchement.ouvrir

    def __contains__(self, ports: type[Any]) -> bool:
        return ports in self._ouvrir

    def ouvrir(self, ports: type[P], connexion: AsyncConnection) -> P:
        """Les ports de cette classe; lève `KeyError` si le service ne les branche pas."""
        ouverts: P = self._ouvrir[ports](connexion)
        return ouverts
