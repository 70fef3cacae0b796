"""Résilier un abonnement au soutien étendu (DEM-5)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.soutien import AbonnementSoutien
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilierSoutien:
    """L'abonnement, et sa fin exclue (absente : aujourd'hui)."""

    abonnement_id: UUID
    fin: date | None = None


async def resilier_soutien(
    commande: ResilierSoutien, depots: Depots, acte: Acte
) -> Issue[AbonnementSoutien]:
    """Résilie; lève `Conflit` (DEM-5) si c'est déjà fait ou si la fin est passée."""
    abonnement = await depots.soutien.charger(commande.abonnement_id)
    resilie, fait = abonnement.resilier(commande.fin, acte)
    await depots.soutien.enregistrer(resilie)
    return Issue(resilie, fait)
