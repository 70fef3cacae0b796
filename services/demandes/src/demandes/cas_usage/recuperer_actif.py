"""Récupérer un actif (DEM-7, FAC-1)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.actif import Actif
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RecupererActif:
    """L'actif, et la date de Québec du fait (absente : aujourd'hui)."""

    actif_id: UUID
    fait_le: date | None = None


async def recuperer_actif(commande: RecupererActif, depots: Depots, acte: Acte) -> Issue[Actif]:
    """Récupère; lève `TransitionImpossible` (DEM-7) si l'actif n'est plus en service."""
    actif = await depots.actifs.charger(commande.actif_id)
    recupere, fait = actif.recuperer(commande.fait_le, acte)
    await depots.actifs.enregistrer(recupere)
    return Issue(recupere, fait)
