"""Cesser d'offrir un produit, ou le retirer (CAT-1)."""

from dataclasses import dataclass

from catalogue.cas_usage.ports import Depots
from catalogue.domaine.produit import Produit, Statut
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerProduit:
    """« plus_offert » reste facturé là où il est déployé; « retire » est sans retour."""

    code: str
    statut: Statut


async def retirer_produit(commande: RetirerProduit, depots: Depots, acte: Acte) -> Issue[Produit]:
    """Lève `Introuvable` ou `TransitionImpossible`."""
    produit = await depots.produits.charger(commande.code)
    retire, fait = produit.retirer(commande.statut, acte)
    await depots.produits.enregistrer(retire)
    return Issue(retire, fait)
