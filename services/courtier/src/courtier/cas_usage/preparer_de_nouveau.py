"""Préparer de nouveau un contrat que le client n'a pas signé (CI-15, CI-16)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from courtier.domaine.termes import Besoin, Documents
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerDeNouveau:
    """Le besoin et les documents revus; l'organisme et l'entente-cadre ne changent pas."""

    contrat_id: UUID
    besoin: Besoin
    documents: Documents


async def preparer_de_nouveau(
    commande: PreparerDeNouveau, depots: Depots, acte: Acte
) -> Issue[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui; le client valide de nouveau.

    Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-14, CI-16, CI-17).
    """
    contrat = await depots.contrats.charger(commande.contrat_id)
    prepare, fait = contrat.preparer_de_nouveau(
        entente=await depots.ententes.lire(contrat.entente_id),
        catalogue=await depots.offres.au_catalogue(commande.besoin.quantites),
        besoin=commande.besoin,
        documents=commande.documents,
        acte=acte,
    )
    await depots.contrats.enregistrer(prepare)
    return Issue(prepare, fait)
