"""Ce que l'aire attend de la base."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Droits
from courtier.prestataires.domaine import Prestataire


class Prestataires(Protocol):
    """Les prestataires. `charger` verrouille jusqu'à la fin de l'acte.

    Écrire lève `Conflit` (CI-11) si un autre porte déjà ce NEQ.
    """

    async def charger(self, identifiant: UUID) -> Prestataire: ...
    async def ajouter(self, prestataire: Prestataire) -> None: ...
    async def enregistrer(self, prestataire: Prestataire) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des prestataires."""

    prestataires: Prestataires
    droits: Droits
