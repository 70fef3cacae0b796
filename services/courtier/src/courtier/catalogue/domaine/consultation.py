"""Ce qu'on cherche au Catalogue, et ce qu'il y répond (CI-11)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from courtier.catalogue.domaine.fournisseurs import Zone
from courtier.catalogue.domaine.offres import EtatOffre


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteres:
    """Ce qu'on cherche au Catalogue; un critère absent ne filtre pas."""

    q: str = ""
    """Des mots du titre, de la description, de la catégorie ou du fournisseur; tous à trouver."""
    categorie: str | None = None
    fournisseur_id: UUID | None = None
    qualification: EtatOffre | None = None
    zone: Zone | None = None
    """Un de ses lieux d'hébergement y est."""
    prix_maximum: Decimal | None = None
    """Dollars de la base, par unité et par mois; une base payée une seule fois n'en a pas."""


@dataclass(frozen=True, slots=True)
class OffreTrouvee:
    """Une offre, dans la version et au prix d'alors."""

    offre_id: UUID
    version: int
    version_prix: int | None
    """Aucune : l'offre n'avait pas de prix ce jour-là."""
