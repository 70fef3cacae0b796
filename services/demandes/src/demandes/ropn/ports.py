"""Ce que l'aire attend de la base."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from demandes.ropn.domaine import ElementRopn, Produit, TarifsHoraires


class Produits(Protocol):
    """La copie locale du ROPN, tenue par les événements du catalogue."""

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        """Les produits connus, avec leur prix en vigueur ce jour-là s'il y en a un."""


class TarifsDuTemps(Protocol):
    """Ce que les fiches disent du temps travaillé."""

    async def horaires(self) -> TarifsHoraires:
        """Les tarifs que des heures peuvent devoir, à toute date (CAT-9)."""


class CopieRopn(Protocol):
    """Ce que l'on garde du catalogue."""

    async def synchroniser(self, elements: Sequence[ElementRopn]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du ROPN."""

    copie: CopieRopn
