"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.abonnements.domaine import Abonnement
from demandes.clients.ports import Organismes


class Abonnements(Protocol):
    """Les abonnements sans actif."""

    async def de(self, organisme: str) -> Sequence[Abonnement]:
        """Tous ceux d'un organisme, finis et annulés compris."""

    async def charger(self, abonnement_id: UUID) -> Abonnement:
        """Verrouille l'abonnement; lève `Introuvable`."""

    async def ecrire(self, abonnement: Abonnement) -> None:
        """Écrit l'abonnement, neuf ou non."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des abonnements; l'organisme se verrouille pour qu'un seul acte l'avance."""

    abonnements: Abonnements
    organismes: Organismes
