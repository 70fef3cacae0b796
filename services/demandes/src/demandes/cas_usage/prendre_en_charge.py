"""Prendre une demande en charge (DEM-4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PrendreEnCharge:
    """La demande, et l'instant du fait s'il est passé."""

    demande_id: UUID
    survenu_le: datetime | None = None


async def prendre_en_charge(
    commande: PrendreEnCharge, depots: Depots, acte: Acte
) -> Issue[Demande]:
    """Prend en charge; lève `TransitionImpossible` (DEM-4)."""
    demande = await depots.demandes.charger(commande.demande_id)
    suite, passage = demande.prendre_en_charge(acte, commande.survenu_le)
    return await conclure(depots, acte, suite, passage)
