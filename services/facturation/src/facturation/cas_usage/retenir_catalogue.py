"""Retenir ce que publie le catalogue : fiches, prix et produits, datés (CAT-2, CAT-5)."""

from collections.abc import Sequence
from typing import TypeAlias

from facturation.cas_usage.ports import Depots
from facturation.domaine.tarifs import EtatProduit, VersionFiche, VersionPrix
from socle.noyau import Acte, Issue

ElementCatalogue: TypeAlias = VersionFiche | VersionPrix | tuple[EtatProduit, int]
"""Une version, ou l'état d'un produit avec son numéro de suite."""


async def retenir_catalogue(
    elements: Sequence[ElementCatalogue], depots: Depots, acte: Acte
) -> Issue[None]:
    """Garde les versions et demande la revue de ce qui attendait un montant."""
    await depots.copies.retenir_fiches([e for e in elements if isinstance(e, VersionFiche)])
    await depots.copies.retenir_prix([e for e in elements if isinstance(e, VersionPrix)])
    await depots.copies.retenir_produits([e for e in elements if isinstance(e, tuple)])
    await depots.attentes.demander_revue_des_ouvertes(acte.le)
    return Issue(None)
