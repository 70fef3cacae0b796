"""Ce que les émissions demandent au monde."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.ports import Abonnements, ALEcart, Attentes, Faits, Touches
from facturation.emissions.domaine.executions import Traitement
from facturation.emissions.domaine.suivi import Execution, Suivi
from facturation.factures.domaine.emetteur import Emetteurs
from facturation.factures.ports import Factures, Situations


class Executions(Protocol):
    """Les exécutions demandées, leur avancement, et ce qui permet de les demander."""

    async def ajouter(self, execution: Execution, organismes: Sequence[str]) -> None: ...

    async def charger(self, identifiant: UUID) -> Execution:
        """L'exécution, verrouillée jusqu'au commit; lève `Introuvable`."""

    async def garder(self, execution: Execution) -> None:
        """Garde ce qu'un geste y change."""

    async def remettre(self, identifiant: UUID) -> int:
        """Remet à faire, d'un tour de plus, ce qui est mis de côté; rend combien."""

    async def est_arretee(self, identifiant: UUID, *, tenir: bool) -> bool:
        """Vrai si l'exécution est arrêtée; `tenir` : elle ne s'arrêtera pas avant le commit."""

    async def suivre(self, identifiant: UUID) -> Suivi:
        """Où elle en est; lève `Introuvable`."""

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        """Ce qui est émis le reste, et ce qu'une reprise a remis à faire ne se met plus de côté."""

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
