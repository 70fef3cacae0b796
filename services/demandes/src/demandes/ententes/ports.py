"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.demande.ports import Demandes
from demandes.ententes.domaine import Entente


class RegistreEntentes(Protocol):
    """Les dates proposées et acceptées."""

    async def de(self, demande_id: UUID) -> Sequence[Entente]:
        """Celles d'une demande, dans l'ordre."""

    async def proposer(self, entente: Entente) -> None: ...

    async def accepter(self, entente: Entente) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des ententes; la demande se verrouille pour qu'une seule avance à la fois."""

    ententes: RegistreEntentes
    demandes: Demandes
    organismes: Organismes
