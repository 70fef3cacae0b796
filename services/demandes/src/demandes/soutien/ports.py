"""Ce que l'aire attend de la base et du calendrier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from demandes.abonnements.ports import Abonnements
from demandes.calendriers.ports import Calendriers
from demandes.clients.ports import Organismes
from demandes.demande.ports import Rectifications
from demandes.soutien.domaine import Intervention


class Soutien(Protocol):
    """Les interventions du soutien étendu."""

    async def incident(self, incident_id: UUID) -> Sequence[Intervention]:
        """Les interventions d'un incident, telles qu'annoncées."""

    async def intervention(self, intervention_id: UUID) -> Intervention:
        """Lève `Introuvable`, ou `Conflit` si deux organismes en ont une de cet identifiant."""

    async def instants(self, organisme: str) -> Sequence[datetime]:
        """Quand ont commencé les interventions de l'organisme qui ne sont pas nulles."""

    async def ajouter_intervention(self, intervention: Intervention) -> bool:
        """Faux si elle est déjà connue."""

    async def montrer(self, intervention_id: UUID, juste: datetime | None) -> None:
        """L'instant que les listes en montrent; None : elle est nulle."""

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[Intervention]:
        """Marque, une fois, les incidents ouverts depuis avant; rend de chacun une intervention."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du soutien étendu; l'organisme se verrouille pour qu'un seul acte l'avance."""

    soutien: Soutien
    abonnements: Abonnements
    rectifications: Rectifications
    organismes: Organismes
    calendriers: Calendriers
