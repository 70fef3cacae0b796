"""Inscrire une offre, qui n'est pas encore publiée (CI-11)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.offres import Caracteristiques, Offre
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireOffre:
    """La première version d'une offre."""

    offre_id: UUID
    caracteristiques: Caracteristiques


async def inscrire_offre(commande: InscrireOffre, depots: Depots, acte: Acte) -> Issue[Offre]:
    """Lève `Introuvable` (entente-cadre), ou `Conflit` si la catégorie est inconnue."""
    offre = Offre.inscrire(
        commande.offre_id,
        commande.caracteristiques,
        entente=await depots.ententes.lire(commande.caracteristiques.entente_id),
        categories=depots.categories,
        acte=acte,
    )
    await depots.offres.ajouter(offre)
    return Issue(offre)
