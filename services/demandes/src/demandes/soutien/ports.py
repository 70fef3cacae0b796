"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.soutien.domaine import AbonnementSoutien, Intervention


class Soutien(Protocol):
    """Les abonnements au soutien étendu et leurs interventions."""

    async def abonnements(self, organisme: str) -> Sequence[AbonnementSoutien]: ...

    async def charger(self, abonnement_id: UUID) -> AbonnementSoutien:
        """Verrouille l'abonnement; lève `Introuvable`."""

    async def ajouter(self, abonnement: AbonnementSoutien) -> None: ...

    async def enregistrer(self, abonnement: AbonnementSoutien) -> None: ...

    async def incident(self, incident_id: UUID) -> Sequence[Intervention]: ...

    async def ajouter_intervention(self, intervention: Intervention) -> bool:
        """Faux si elle est déjà connue."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du soutien étendu; l'organisme se verrouille pour qu'un seul acte l'avance."""

    soutien: Soutien
    organismes: Organismes
