"""Suspendre une demande en attente du client (DEM-4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendreDemande:
    """Le motif est obligatoire (DEM-4)."""

    demande_id: UUID
    motif: str
    survenu_le: datetime | None = None


async def suspendre_demande(
    commande: SuspendreDemande, depots: Depots, acte: Acte
) -> Issue[Demande]:
    """Suspend; lève `TransitionImpossible` (DEM-4)."""
    demande = await depots.demandes.charger(commande.demande_id)
    suite, passage = demande.suspendre(commande.motif, acte, commande.survenu_le)
    return await conclure(depots, acte, suite, passage)
