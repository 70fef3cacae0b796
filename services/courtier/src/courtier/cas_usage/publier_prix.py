"""Publier une version du prix d'une offre (CI-12)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.prix import Prix
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierPrix:
    """Le prix mensuel d'une unité, en dollars, et le jour où il prend effet."""

    offre_id: UUID
    prix: Decimal
    en_vigueur_le: date


async def publier_prix(commande: PublierPrix, depots: Depots, acte: Acte) -> Issue[Prix]:
    """Lève `Introuvable`, ou `Conflit` (CI-12)."""
    offre = await depots.offres.charger(commande.offre_id)
    fait = (await depots.offres.grille(offre.id)).publier(
        commande.prix,
        commande.en_vigueur_le,
        offre=offre,
        calendrier=depots.calendriers.le(commande.en_vigueur_le),
        acte=acte,
    )
    await depots.offres.ajouter_prix(offre.id, fait.prix)
    return Issue(fait.prix, fait)
