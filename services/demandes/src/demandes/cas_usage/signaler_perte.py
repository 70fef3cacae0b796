"""Signaler la perte d'un actif (DEM-7, FAC-2)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.actif import Actif, Nature
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerPerte:
    """L'actif, ce qui lui est arrivé, et la date de Québec du fait (absente : aujourd'hui)."""

    actif_id: UUID
    nature: Nature
    fait_le: date | None = None


async def signaler_perte(commande: SignalerPerte, depots: Depots, acte: Acte) -> Issue[Actif]:
    """Signale; lève `TransitionImpossible` (DEM-7) si l'actif n'est plus en service."""
    actif = await depots.actifs.charger(commande.actif_id)
    perdu, fait = actif.perdre(commande.nature, commande.fait_le, acte)
    await depots.actifs.enregistrer(perdu)
    return Issue(perdu, fait)
