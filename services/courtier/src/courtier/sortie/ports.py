"""Ce que l'aire attend de la base, des pièces et des contrats conclus."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.normes.domaine import NormesDatees
from courtier.obligations.ports import Obligations
from courtier.pieces.ports import Pieces
from courtier.sortie.domaine import Sortie
from courtier.suivi.ports import ContratsConclus


class Sorties(Protocol):
    """Les sorties. `charger` verrouille jusqu'à la fin de l'acte; lève `Introuvable`."""

    async def ajouter(self, sortie: Sortie) -> bool:
        """Faux, sans effet, si elle existe déjà."""
        ...

    async def lire(self, contrat_id: UUID) -> Sortie: ...
    async def charger(self, contrat_id: UUID) -> Sortie: ...
    async def enregistrer(self, sortie: Sortie) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des sorties."""

    sorties: Sorties
    contrats: ContratsConclus
    pieces: Pieces
    obligations: Obligations
    normes: NormesDatees
