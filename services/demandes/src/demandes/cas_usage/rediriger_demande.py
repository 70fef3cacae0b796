"""Rediriger une demande vers le développement de solutions (DEM-6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirigerDemande:
    """La demande à rediriger, et pourquoi."""

    demande_id: UUID
    motif: str | None = None
    survenu_le: datetime | None = None


async def rediriger_demande(
    commande: RedirigerDemande, depots: Depots, acte: Acte
) -> Issue[Demande]:
    """Redirige, fin non mesurée; lève `TransitionImpossible` (DEM-4)."""
    demande = await depots.demandes.charger(commande.demande_id)
    suite, passage = demande.rediriger(commande.motif, acte, commande.survenu_le)
    return await conclure(depots, acte, suite, passage)
