"""Ce que les cas d'usage attendent de la base."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from catalogue.domaine.fiche import Fiche, FichePubliee
from catalogue.domaine.produit import PrixPublie, Produit
from catalogue.domaine.tarif import Source


class Fiches(Protocol):
    """Les fiches de service."""

    async def charger(self, code: str) -> Fiche:
        """La fiche, verrouillée jusqu'à la fin de l'acte; sans version si elle est nouvelle."""
        ...

    async def ajouter_version(self, fait: FichePubliee) -> None:
        """Écrit la version publiée; celle de même début, s'il y en a une, est gardée remplacée."""
        ...

    async def reserver(self, code: str, codes: Collection[str]) -> Mapping[str, str]:
        """Réserve à cette fiche les codes encore libres; rend la fiche à qui est chacun."""
        ...

    async def sources(self, tarifs: Collection[str]) -> Mapping[str, Source]:
        """D'où vient le montant de chaque tarif connu, selon la dernière version de sa fiche."""
        ...


class Produits(Protocol):
    """Les produits du ROPN."""

    async def charger(self, code: str, *, version: int | None = None) -> Produit:
        """Le produit et ses prix, verrouillés jusqu'à la fin de l'acte.

        Lève `Introuvable`, ou `VersionPerimee` s'il n'est plus à la `version` que l'on a lue.
        """
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
class Depots:
    """Les dépôts d'une transaction."""

    fiches: Fiches
    produits: Produits
