"""Tenir la copie du ROPN."""

from collections.abc import Sequence

from demandes.ropn.domaine import ElementRopn
from demandes.ropn.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_ropn(
    elements: Sequence[ElementRopn], ports: Ports, _: Acte
) -> Resultat[None]:
    """Garde l'état le plus récent de chaque produit, chaque prix et chaque fiche (CAT-1, CAT-2)."""
    await ports.copie.synchroniser(elements)
    return Resultat(None)
