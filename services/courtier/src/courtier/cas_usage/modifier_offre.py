"""Donner une nouvelle version à une offre, en tout temps (CI-12)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.offres import Caracteristiques, Offre
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierOffre:
    """Les caractéristiques de la nouvelle version."""

    offre_id: UUID
    caracteristiques: Caracteristiques


async def modifier_offre(commande: ModifierOffre, depots: Depots, acte: Acte) -> Issue[Offre]:
    """Lève `Introuvable` (offre ou entente-cadre), ou `Conflit` (CI-11)."""
    offre = await depots.offres.charger(commande.offre_id)
    modifiee, fait = offre.modifier(
        commande.caracteristiques,
        entente=await depots.ententes.lire(commande.caracteristiques.entente_id),
        categories=depots.categories,
        acte=acte,
    )
    await depots.offres.enregistrer(modifiee)
    return Issue(modifiee, *([fait] if fait else []))
