"""Ce que les produits attendent de la base."""

from dataclasses import dataclass
from typing import Protocol

from catalogue.fiches.ports import Tarifs
from catalogue.produits.domaine import PrixPublie, Produit


class Produits(Protocol):
    """Les produits du ROPN."""

    async def charger(self, code: str) -> Produit:
        """Le produit et ses prix, verrouillés jusqu'à la fin de l'acte; lève `Introuvable`."""
        ...

    async def ajouter(self, produit: Produit) -> bool:
        """Inscrit un produit sans ses prix; rend faux si le code est pris."""
        ...

    async def enregistrer(self, produit: Produit) -> None:
        """Écrit l'état d'un produit, sans ses prix."""
        ...

    async def ajouter_prix(self, fait: PrixPublie) -> None:
        """Écrit le prix publié; celui de même début, s'il y en a un, est gardé remplacé."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des produits."""

    produits: Produits
    tarifs: Tarifs
