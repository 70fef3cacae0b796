"""Préparer un contrat spécifique (CI-14, CI-16, CI-17)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from courtier.domaine.termes import Besoin, Documents
from socle.noyau import Acte, Introuvable, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerContrat:
    """Le client, son besoin, et les empreintes des documents préparés."""

    contrat_id: UUID
    organisme: str
    entente_id: UUID
    besoin: Besoin
    documents: Documents


async def preparer_contrat(commande: PreparerContrat, depots: Depots, acte: Acte) -> Issue[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui.

    Lève `Introuvable` (organisme, entente-cadre, offre) ou `Conflit` (CI-14, CI-16, CI-17).
    """
    if not await depots.organismes.est_inscrit(commande.organisme):
        raise Introuvable(f"L'organisme « {commande.organisme} » n'est pas inscrit.", regle="DEM-8")
    contrat, fait = Contrat.preparer(
        commande.contrat_id,
        commande.organisme,
        entente=await depots.ententes.lire(commande.entente_id),
        catalogue=await depots.offres.au_catalogue(commande.besoin.quantites),
        besoin=commande.besoin,
        documents=commande.documents,
        acte=acte,
    )
    await depots.contrats.ajouter(contrat)
    return Issue(contrat, fait)
