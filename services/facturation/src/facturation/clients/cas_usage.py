"""Ce qu'on peut demander aux fichiers clients."""

from collections.abc import Sequence

from facturation.clients.domaine import Client
from facturation.clients.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_clients(
    clients: Sequence[Client], ports: Ports, _acte: Acte
) -> Resultat[None]:
    """Tient compte de ces états, dans quelque ordre qu'ils arrivent (DEM-8)."""
    await ports.clients.synchroniser(clients)
    return Resultat(None)
