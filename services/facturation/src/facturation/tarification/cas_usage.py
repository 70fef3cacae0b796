"""Ce qu'on peut demander à la tarification."""

from collections.abc import Sequence

from facturation.tarification.domaine.tarifs import ElementCatalogue
from facturation.tarification.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_catalogue(
    elements: Sequence[ElementCatalogue], ports: Ports, acte: Acte
) -> Resultat[None]:
    """Garde ce que publie le catalogue et le dit à qui en dépend (CAT-2, CAT-5)."""
    await ports.tarifications.synchroniser(elements)
    for repercussion in ports.repercussions:
        await repercussion.catalogue_change(elements, acte.le)
    return Resultat(None)
