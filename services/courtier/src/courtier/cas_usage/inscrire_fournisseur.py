"""Inscrire un fournisseur et sa fiche (CI-11)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.fournisseurs import Fiche, Fournisseur
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireFournisseur:
    """La fiche d'un nouveau fournisseur."""

    fournisseur_id: UUID
    fiche: Fiche


async def inscrire_fournisseur(
    commande: InscrireFournisseur, depots: Depots, _acte: Acte
) -> Issue[Fournisseur]:
    """Lève `Conflit` si un autre fournisseur porte ce NEQ."""
    fournisseur = Fournisseur(id=commande.fournisseur_id, version=1, fiche=commande.fiche)
    await depots.fournisseurs.ajouter(fournisseur)
    return Issue(fournisseur)
