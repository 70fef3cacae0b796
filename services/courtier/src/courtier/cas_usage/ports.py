"""Ce dont les cas d'usage ont besoin du monde."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from calendrier import Calendrier
from courtier.domaine.contrats import Contrat
from courtier.domaine.ententes import EntenteCadre
from courtier.domaine.fournisseurs import Fournisseur
from courtier.domaine.offres import Offre
from courtier.domaine.organismes import Organisme
from courtier.domaine.prix import GrillePrix, Prix
from courtier.domaine.termes import OffreAuCatalogue


class Fournisseurs(Protocol):
    """Les fournisseurs. `charger` verrouille la ligne jusqu'à la fin de la transaction."""

    async def charger(self, identifiant: UUID) -> Fournisseur: ...
    async def ajouter(self, fournisseur: Fournisseur) -> None: ...
    async def enregistrer(self, fournisseur: Fournisseur) -> None: ...


class Ententes(Protocol):
    """Les ententes-cadres; elles ne changent pas, lire suffit."""

    async def lire(self, identifiant: UUID) -> EntenteCadre: ...
    async def ajouter(self, entente: EntenteCadre) -> None: ...


class Offres(Protocol):
    """Les offres, leurs versions et leurs prix.

    `charger` verrouille l'offre; `au_catalogue` lit plusieurs offres et leurs prix sans verrou, et
    lève `Introuvable` s'il en manque une.
    """

    async def charger(self, identifiant: UUID) -> Offre: ...
    async def ajouter(self, offre: Offre) -> None: ...
    async def enregistrer(self, offre: Offre) -> None: ...
    async def grille(self, identifiant: UUID) -> GrillePrix: ...
    async def ajouter_prix(self, identifiant: UUID, prix: Prix) -> None: ...
    async def au_catalogue(
        self, identifiants: Collection[UUID]
    ) -> Mapping[UUID, OffreAuCatalogue]: ...


class Contrats(Protocol):
    """Les contrats spécifiques. `charger` verrouille la ligne."""

    async def charger(self, identifiant: UUID) -> Contrat: ...
    async def ajouter(self, contrat: Contrat) -> None: ...
    async def enregistrer(self, contrat: Contrat) -> None: ...


class Organismes(Protocol):
    """La copie locale des organismes, tenue par les événements de demandes."""

    async def est_inscrit(self, code: str) -> bool: ...
    async def retenir(self, organismes: Sequence[Organisme]) -> None: ...


class Calendriers(Protocol):
    """Les versions du calendrier des jours ouvrables (SLA-1)."""

    def le(self, jour: date) -> Calendrier: ...


@dataclass(frozen=True, slots=True)
class Depots:
    """Tout ce que les cas d'usage du Courtier atteignent."""

    fournisseurs: Fournisseurs
    ententes: Ententes
    offres: Offres
    contrats: Contrats
    organismes: Organismes
    calendriers: Calendriers
    categories: Mapping[str, str]
    """Les catégories de solutions : code, libellé (CI-11)."""
