"""Retenir le fichier client des organismes : à qui va la facture, et s'il est taxable (FAC-10)."""

from collections.abc import Sequence

from facturation.cas_usage.ports import Depots
from facturation.domaine.factures import Client
from socle.noyau import Acte, Issue


async def retenir_clients(
    clients: Sequence[tuple[Client, int]], depots: Depots, _: Acte
) -> Issue[None]:
    """Chaque état va avec son numéro de suite; le plus haut vaut."""
    await depots.copies.retenir_clients(clients)
    return Issue(None)
