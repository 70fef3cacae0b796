"""Signer, pour le client, le contrat et son engagement (CI-15, CI-16)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParClient:
    """Les empreintes des documents signés; `engagement` absent : il n'a pas été signé."""

    contrat_id: UUID
    contrat: str
    annexe_modificative: str
    engagement: str | None


async def signer_par_client(
    commande: SignerParClient, depots: Depots, acte: Acte
) -> Issue[Contrat]:
    """Revoit les offres et les prix publiés le jour de l'acte, puis signe.

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-14, CI-15, CI-16).
    """
    contrat = await depots.contrats.charger(commande.contrat_id)
    signe, fait = contrat.signer_par_client(
        contrat=commande.contrat,
        annexe_modificative=commande.annexe_modificative,
        engagement=commande.engagement,
        entente=await depots.ententes.lire(contrat.entente_id),
        catalogue=await depots.offres.au_catalogue(contrat.termes.quantites),
        acte=acte,
    )
    await depots.contrats.enregistrer(signe)
    return Issue(signe, fait)
