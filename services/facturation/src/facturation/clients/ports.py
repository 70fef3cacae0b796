"""Ce que les clients demandent au monde."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from facturation.clients.domaine import Client


class Clients(Protocol):
    """Les fichiers clients."""

    async def synchroniser(self, clients: Sequence[Client]) -> None:
        """Garde de chaque organisme l'état le plus avancé."""

    async def organismes(self) -> Sequence[str]:
        """Les organismes dont le fichier client est connu."""

    async def charger(self, organisme: str, *, verrouiller: bool = False) -> Client:
        """Le fichier client, que deux émissions verrouillent; lève `Conflit` s'il est inconnu."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire."""

    clients: Clients
