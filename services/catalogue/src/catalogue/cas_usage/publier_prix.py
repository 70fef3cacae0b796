"""Publier le prix daté d'un produit (CAT-2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalogue.cas_usage.ports import Depots
from catalogue.domaine.produit import PrixPublie
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierPrix:
    """`montant` en dollars, avant majoration; `fin`, si elle est dite, le début du prix suivant."""

    produit: str
    debut: date
    fin: date | None
    montant: Decimal


async def publier_prix(commande: PublierPrix, depots: Depots, acte: Acte) -> Issue[PrixPublie]:
    """Lève `Introuvable`, `PublicationRefusee` ou `TransitionImpossible`."""
    produit = await depots.produits.charger(commande.produit)
    produit, fait = produit.publier_prix(commande.debut, commande.fin, commande.montant, acte)
    await depots.produits.enregistrer(produit)
    await depots.produits.ajouter_prix(fait)
    return Issue(fait, fait)
