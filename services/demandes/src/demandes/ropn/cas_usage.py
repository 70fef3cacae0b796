"""Tenir la copie du ROPN."""

from collections.abc import Sequence

from demandes.ropn.domaine import PrixDate, Produit
from demandes.ropn.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_ropn(
    elements: Sequence[Produit | PrixDate], ports: Ports, _: Acte
) -> Resultat[None]:
    """Garde l'état le plus récent de chaque produit et de chaque prix (CAT-1, CAT-2)."""
    await ports.produits.synchroniser(
        [e for e in elements if isinstance(e, Produit)],
        [e for e in elements if isinstance(e, PrixDate)],
    )
    return Resultat(None)
