"""Modifier la fiche d'un fournisseur (CI-11)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.fournisseurs import ChangementsFiche, Fournisseur
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierFournisseur:
    """Les champs à remplacer, dans la version que l'appelant a lue."""

    fournisseur_id: UUID
    version_lue: int
    changements: ChangementsFiche


async def modifier_fournisseur(
    commande: ModifierFournisseur, depots: Depots, _acte: Acte
) -> Issue[Fournisseur]:
    """Lève `Introuvable`, `VersionPerimee`, ou `Conflit` si un autre fournisseur porte ce NEQ."""
    fournisseur = await depots.fournisseurs.charger(commande.fournisseur_id)
    modifie = fournisseur.modifier(commande.changements, version_lue=commande.version_lue)
    await depots.fournisseurs.enregistrer(modifie)
    return Issue(modifie)
