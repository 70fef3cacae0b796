"""Ce que l'aire attend de la base, et ce que les aires plus hautes en lisent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from courtier.frais.domaine import Frais, GrillesRecues, RetraitRecu


class Grilles(Protocol):
    """Les grilles publiées; l'ordre d'arrivée et les répétitions n'y changent rien."""

    async def ajouter(self, recues: Sequence[GrillesRecues]) -> None: ...
    async def retirer(self, recus: Sequence[RetraitRecu]) -> None: ...
    async def lire(self) -> Frais: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Le port des grilles."""

    grilles: Grilles
