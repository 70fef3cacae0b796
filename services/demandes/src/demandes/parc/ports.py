"""Ce que l'aire attend de la base."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.parc.domaine import Actif


class Actifs(Protocol):
    """Le parc."""

    async def charger(self, actif_id: UUID) -> Actif:
        """Verrouille l'actif; lève `Introuvable`."""

    async def ajouter(self, actif: Actif) -> None:
        """Sans effet si l'actif existe : une livraison refaite livre le même."""

    async def enregistrer(self, actif: Actif) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du parc."""

    actifs: Actifs
