"""Approuver une demande : un signataire autorisé à la date de l'acte (DEM-3)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprouverDemande:
    """La demande que le signataire approuve."""

    demande_id: UUID


async def approuver_demande(
    commande: ApprouverDemande, depots: Depots, acte: Acte
) -> Issue[Demande]:
    """Approuve; lève `Interdit` (DEM-3) si l'acteur n'est pas au registre ce jour-là."""
    demande = await depots.demandes.charger(commande.demande_id)
    registre = await depots.organismes.registre(demande.organisme)
    signature = registre.signature(acte.acteur, jour_de_quebec(acte.le))
    approuvee, passage = demande.approuver(signature, acte)
    return await conclure(depots, acte, approuvee, passage)
