"""Ce que l'aire attend de la base, et les données qu'elle lit au démarrage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.calendriers.ports import Calendriers
from courtier.catalogue.domaine import (
    EntenteCadre,
    Fiche,
    Fournisseur,
    GrillePrix,
    Offre,
    OffreAuCatalogue,
    Prix,
)
from noyau import Acte, Fait


class Fournisseurs(Protocol):
    """Les fournisseurs et leurs ententes-cadres. `charger` verrouille jusqu'à la fin de l'acte.

    Écrire lève `Conflit` si un autre porte déjà ce NEQ, ou ce numéro d'entente-cadre.
    """

    async def charger(self, identifiant: UUID) -> Fournisseur: ...
    async def ajouter(self, fournisseur: Fournisseur) -> None: ...
    async def enregistrer(self, fournisseur: Fournisseur) -> None: ...
    async def ajouter_entente(self, entente: EntenteCadre) -> None: ...


class Offres(Protocol):
    """Les offres, leurs versions et leurs prix. `charger` verrouille jusqu'à la fin de l'acte."""

    async def charger(self, identifiant: UUID) -> Offre: ...
    async def ajouter(self, offre: Offre) -> None: ...
    async def enregistrer(self, offre: Offre) -> None: ...
    async def grille(self, identifiant: UUID) -> GrillePrix: ...
    async def ajouter_prix(self, identifiant: UUID, prix: Prix) -> None: ...


class Catalogue(Protocol):
    """Ce qui se lit du Catalogue sans rien verrouiller; lève `Introuvable` s'il en manque un."""

    async def entente(self, identifiant: UUID) -> EntenteCadre: ...
    async def offres(self, identifiants: Collection[UUID]) -> Mapping[UUID, OffreAuCatalogue]: ...
    async def fiches(self, identifiants: Collection[UUID]) -> Mapping[UUID, Fiche]:
        """La fiche présente de ces fournisseurs."""
        ...


class Avertisseur(Protocol):
    """Qui avise de ce qui change au Catalogue; une aire plus haute le tient (CI-12)."""

    async def aviser(self, offre_id: UUID, nature: str, version: int, acte: Acte) -> Sequence[Fait]:
        """Avise qui cite cette offre, dont une version neuve (« offre » ou « prix ») paraît."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du Catalogue."""

    fournisseurs: Fournisseurs
    offres: Offres
    catalogue: Catalogue
    calendriers: Calendriers
    avertisseur: Avertisseur
    categories: Mapping[str, str]
    """Les catégories de solutions : code, libellé (CI-11)."""
