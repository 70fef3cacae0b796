"""Préparer de nouveau un contrat que le client n'a pas signé (CI-15, CI-16)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from courtier.domaine.termes import Documents, Termes, composer
from socle.noyau import Acte, Issue, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerDeNouveau:
    """Les nouveaux termes; l'organisme et l'entente-cadre ne changent pas."""

    contrat_id: UUID
    debut: date
    duree_mois: int
    quantites: Mapping[UUID, int]
    """Quantité par offre."""
    documents: Documents


async def preparer_de_nouveau(
    commande: PreparerDeNouveau, depots: Depots, acte: Acte
) -> Issue[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui; le client valide de nouveau.

    Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-14, CI-16, CI-17).
    """
    contrat = await depots.contrats.charger(commande.contrat_id)
    elements = composer(
        commande.quantites,
        entente=await depots.ententes.lire(contrat.entente_id),
        catalogue=await depots.offres.au_catalogue(commande.quantites),
        le=jour_de_quebec(acte.le),
    )
    prepare, fait = contrat.preparer_de_nouveau(
        termes=Termes(commande.debut, commande.duree_mois, elements),
        documents=commande.documents,
        acte=acte,
    )
    await depots.contrats.enregistrer(prepare)
    return Issue(prepare, fait)
