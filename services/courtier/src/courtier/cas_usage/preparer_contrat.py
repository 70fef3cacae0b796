"""Préparer un contrat spécifique (CI-14, CI-16, CI-17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from courtier.domaine.termes import Documents, Termes, composer
from socle.noyau import Acte, Introuvable, Issue, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerContrat:
    """Ce que le client confirme vouloir, et les empreintes des documents préparés."""

    contrat_id: UUID
    organisme: str
    entente_id: UUID
    debut: date
    duree_mois: int
    quantites: Mapping[UUID, int]
    """Quantité par offre."""
    documents: Documents


async def preparer_contrat(commande: PreparerContrat, depots: Depots, acte: Acte) -> Issue[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui.

    Lève `Introuvable` (organisme, entente-cadre, offre) ou `Conflit` (CI-14, CI-16, CI-17).
    """
    if not await depots.organismes.est_inscrit(commande.organisme):
        raise Introuvable(f"L'organisme « {commande.organisme} » n'est pas inscrit.", regle="DEM-8")
    entente = await depots.ententes.lire(commande.entente_id)
    elements = composer(
        commande.quantites,
        entente=entente,
        catalogue=await depots.offres.au_catalogue(commande.quantites),
        le=jour_de_quebec(acte.le),
    )
    contrat, fait = Contrat.preparer(
        commande.contrat_id,
        commande.organisme,
        entente=entente,
        termes=Termes(commande.debut, commande.duree_mois, elements),
        documents=commande.documents,
        acte=acte,
    )
    await depots.contrats.ajouter(contrat)
    return Issue(contrat, fait)
