"""Ce que la tarification demande au monde."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import ElementCatalogue


class Tarifications(Protocol):
    """Ce que le catalogue a publié."""

    async def synchroniser(self, elements: Sequence[ElementCatalogue]) -> None:
        """Garde ces versions et ces états; les recevoir deux fois n'y change rien."""

    async def charger(self, produits: Collection[str]) -> Tarification:
        """Toutes les fiches, retraits et statu quo; les prix et les états de ces produits.

        Ceux qu'une même transaction a déjà demandés y restent : des lots se lisent sans recharger.
        """

    async def appris_depuis(self) -> Sequence[ElementCatalogue]:
        """Ce qui en a été appris depuis l'horizon où lit la transaction; sans horizon, rien."""


class Repercussion(Protocol):
    """Ce qui suit, dans la même transaction, un changement du catalogue."""

    async def catalogue_change(self, elements: Sequence[ElementCatalogue], le: datetime) -> None:
        """Voici ce qui est arrivé du catalogue, à l'instant `le`."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire; les répercussions viennent d'aires plus hautes, dans leur ordre."""

    tarifications: Tarifications
    repercussions: Sequence[Repercussion]
