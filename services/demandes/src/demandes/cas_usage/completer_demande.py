"""Compléter une demande sans produit à livrer : aménagement, soutien étendu (DEM-4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande, Travail
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleterDemande:
    """Les travaux s'ajoutent aux heures déjà notées d'un aménagement."""

    demande_id: UUID
    travaux: tuple[Travail, ...] = ()
    survenu_le: datetime | None = None


async def completer_demande(
    commande: CompleterDemande, depots: Depots, acte: Acte
) -> Issue[Demande]:
    """Complète; lève `LivraisonsManquantes` (DEM-4) s'il reste un produit à livrer."""
    demande = await depots.demandes.charger(commande.demande_id)
    suite, passages = demande.completer(acte, commande.survenu_le, commande.travaux)
    return await conclure(depots, acte, suite, *passages)
