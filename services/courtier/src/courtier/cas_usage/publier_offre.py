"""Publier une offre au Catalogue (CI-11)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.offres import Offre
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierOffre:
    """L'offre à publier, dans sa version présente."""

    offre_id: UUID


async def publier_offre(commande: PublierOffre, depots: Depots, acte: Acte) -> Issue[Offre]:
    """Lève `Introuvable`, ou `TransitionImpossible` si l'offre est déjà publiée."""
    offre = await depots.offres.charger(commande.offre_id)
    publiee, fait = offre.publier(acte)
    await depots.offres.enregistrer(publiee)
    return Issue(publiee, fait)
