"""Ce que l'aire attend de la base."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from demandes.ropn.domaine import PrixDate, Produit


class Produits(Protocol):
    """La copie locale du ROPN, tenue par les événements du catalogue."""

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        """Les produits connus, avec leur prix en vigueur ce jour-là s'il y en a un."""

    async def synchroniser(self, produits: Sequence[Produit], prix: Sequence[PrixDate]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du ROPN."""

    produits: Produits
