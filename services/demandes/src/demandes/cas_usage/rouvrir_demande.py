"""Rouvrir une demande complétée (DEM-4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RouvrirDemande:
    """Les articles à livrer de nouveau; absents : tous."""

    demande_id: UUID
    motif: str
    articles: frozenset[UUID] | None = None
    survenu_le: datetime | None = None


async def rouvrir_demande(commande: RouvrirDemande, depots: Depots, acte: Acte) -> Issue[Demande]:
    """Rouvre; lève `TransitionImpossible` (DEM-4) si la demande n'est pas complétée."""
    demande = await depots.demandes.charger(commande.demande_id)
    suite, passage = demande.rouvrir(commande.motif, acte, commande.survenu_le, commande.articles)
    return await conclure(depots, acte, suite, passage)
