"""Modifier le descriptif d'un produit (CAT-1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalogue.cas_usage.ports import Depots
from catalogue.domaine.produit import Produit
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierProduit:
    """Les champs de `Descriptif` à changer; `version` est celle que l'appelant a lue."""

    code: str
    version: int
    changements: Mapping[str, Any]


async def modifier_produit(commande: ModifierProduit, depots: Depots, acte: Acte) -> Issue[Produit]:
    """Lève `Introuvable`, `VersionPerimee`, `Conflit` ou `TransitionImpossible`."""
    produit = await depots.produits.charger(commande.code, version=commande.version)
    descriptif = replace(produit.descriptif, **commande.changements)
    sources = await depots.fiches.sources(descriptif.tarifs)
    modifie, fait = produit.modifier(descriptif, sources, acte)
    await depots.produits.enregistrer(modifie)
    return Issue(modifie, fait)
