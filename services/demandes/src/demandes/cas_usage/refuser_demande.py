"""Refuser une demande à l'étape de l'approbation (DEM-3)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuserDemande:
    """La demande que le signataire refuse, et pourquoi."""

    demande_id: UUID
    motif: str


async def refuser_demande(commande: RefuserDemande, depots: Depots, acte: Acte) -> Issue[Demande]:
    """Refuse; lève `Interdit` (DEM-3) si l'acteur n'est pas au registre ce jour-là."""
    demande = await depots.demandes.charger(commande.demande_id)
    registre = await depots.organismes.registre(demande.organisme)
    signature = registre.signature(acte.acteur, jour_de_quebec(acte.le))
    refusee, passage = demande.refuser(signature, commande.motif, acte)
    return await conclure(depots, acte, refusee, passage)
