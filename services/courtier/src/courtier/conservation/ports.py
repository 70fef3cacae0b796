"""Ce que l'aire attend de la base, des pièces et des contrats conclus."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.calendriers.ports import Calendriers
from courtier.conservation.domaine import Demande, Destruction, Gel
from courtier.normes.domaine import NormesDatees
from courtier.obligations.ports import Obligations
from courtier.pieces.ports import Pieces
from courtier.suivi.ports import ContratsConclus


class Gels(Protocol):
    """Les gels juridiques. `charger` verrouille jusqu'à la fin de l'acte."""

    async def ajouter(self, gel: Gel) -> None: ...
    async def charger(self, contrat_id: UUID, identifiant: UUID) -> Gel: ...
    async def enregistrer(self, gel: Gel) -> None: ...
    async def du_contrat(self, contrat_id: UUID) -> Sequence[Gel]: ...


class Destructions(Protocol):
    """Les destructions attestées; rien ne les récrit."""

    async def ajouter(self, destructions: Sequence[Destruction]) -> None: ...

    async def deja(self, pieces: Collection[UUID]) -> frozenset[UUID]:
        """Celles de ces pièces qui sont détruites."""
        ...


class Demandes(Protocol):
    """Les pièces que le Courtier demande. `charger` verrouille jusqu'à la fin de l'acte."""

    async def ajouter(self, demande: Demande) -> None: ...
    async def charger(self, identifiant: UUID) -> Demande: ...
    async def enregistrer(self, demande: Demande) -> None: ...

    async def attendues(self, pieces: Collection[UUID]) -> frozenset[UUID]:
        """Celles de ces pièces que le Courtier attend encore."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de la conservation."""

    contrats: ContratsConclus
    pieces: Pieces
    gels: Gels
    destructions: Destructions
    demandes: Demandes
    obligations: Obligations
    calendriers: Calendriers
    normes: NormesDatees
