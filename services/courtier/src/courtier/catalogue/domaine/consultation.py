"""Une consultation du Catalogue : ce qu'on y cherchait, quand, et ce qu'on y a trouvé (CI-11)."""

from dataclasses import dataclass
from datetime import date
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
    etat: EtatOffre | None = None
    zone: Zone | None = None
    """Un de ses lieux d'hébergement y est."""
    prix_maximum: Decimal | None = None
    """Dollars de la base, par unité et par mois; une base payée une seule fois n'en a pas."""


@dataclass(frozen=True, slots=True)
class OffreTrouvee:
    """Une offre, dans la version et au prix de ce jour-là, s'il y en avait un."""

    offre_id: UUID
    version: int
    version_prix: int | None


@dataclass(frozen=True, slots=True)
class Consultation:
    """Ce que le Catalogue publié répondait à ces critères, un jour de Québec.

    Au dernier instant de ce jour. Un dossier d'acquisition la garde, et la relit sans le Catalogue.
    """

    criteres: Criteres
    le: date
    trouvees: tuple[OffreTrouvee, ...]
