"""Ce que les émissions demandent au monde."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.ports import Abonnements, ALEcart, Attentes, Faits, Touches
from facturation.emissions.domaine.executions import Execution, Traitement
from facturation.factures.domaine.emetteur import Emetteurs
from facturation.factures.ports import Factures, Situations


class Executions(Protocol):
    """Les exécutions demandées, leur avancement, et ce qui permet de les demander."""

    async def ajouter(self, execution: Execution) -> None: ...

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None: ...

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        """Jusqu'où tout est reçu de chacun (instant UTC)."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait une émission."""

    executions: Executions
    factures: Factures
    situations: Situations
    emetteurs: Emetteurs
    clients: Clients
    faits: Faits
    touches: Touches
    abonnements: Abonnements
    attentes: Attentes
    a_l_ecart: ALEcart
