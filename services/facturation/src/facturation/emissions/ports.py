"""Ce que les émissions demandent au monde."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.ports import Abonnements, ALEcart, Attentes, Faits, Touches
from facturation.emissions.domaine.approbations import Approbation
from facturation.emissions.domaine.executions import Execution, Traitement
from facturation.factures.domaine.emetteur import Emetteurs
from facturation.factures.ports import Factures, Situations
from facturation.tarification.ports import Tarifications
from noyau import Mois


class Executions(Protocol):
    """Les exécutions demandées, leur avancement, et ce qui permet de les demander."""

    async def ajouter(self, execution: Execution) -> None: ...

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None: ...

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        """Jusqu'où tout est reçu de chacun (instant UTC)."""


class Approbations(Protocol):
    """Les aperçus approuvés, y compris ceux dont l'approbation est retirée (FAC-7)."""

    async def qui_vaut(self, organisme: str, periode: Mois) -> Approbation | None:
        """Celle que suivrait l'émission de cette période."""

    async def charger(self, identifiant: UUID) -> Approbation:
        """Lève `Introuvable`."""

    async def ajouter(self, approbation: Approbation) -> None: ...

    async def retirer(self, approbation: Approbation) -> None:
        """Garde son retrait."""


class Horizons(Protocol):
    """Ce que la transaction a le droit de savoir (FAC-7)."""

    async def present(self) -> str:
        """L'instantané de ce que la base montre à cet instant."""

    async def lire_a(self, instantane: str | None) -> None:
        """Désormais, la transaction ne lit que ce qui y était appris; sans instantané, tout."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait une émission."""

    executions: Executions
    approbations: Approbations
    horizons: Horizons
    factures: Factures
    situations: Situations
    emetteurs: Emetteurs
    clients: Clients
    faits: Faits
    touches: Touches
    abonnements: Abonnements
    attentes: Attentes
    tarifications: Tarifications
    a_l_ecart: ALEcart
