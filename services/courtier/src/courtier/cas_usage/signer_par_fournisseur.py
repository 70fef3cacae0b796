"""Consigner la signature du fournisseur, qui conclut le contrat (CI-16)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParFournisseur:
    """Qui a signé chez le fournisseur (identifiant professionnel), quand (UTC), et quoi."""

    contrat_id: UUID
    signataire: str
    signe_le: datetime
    contrat: str
    annexe_modificative: str


async def signer_par_fournisseur(
    commande: SignerParFournisseur, depots: Depots, acte: Acte
) -> Issue[Contrat]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-16)."""
    contrat = await depots.contrats.charger(commande.contrat_id)
    signe, fait = contrat.signer_par_fournisseur(
        signataire=commande.signataire,
        signe_le=commande.signe_le,
        contrat=commande.contrat,
        annexe_modificative=commande.annexe_modificative,
        calendrier=depots.calendriers.le(commande.signe_le.date()),
        acte=acte,
    )
    await depots.contrats.enregistrer(signe)
    return Issue(signe, fait)
