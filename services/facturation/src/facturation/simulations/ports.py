"""Ce que les simulations demandent au monde."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.ports import ALEcart, Faits, Touches
from facturation.emissions.ports import Horizons
from facturation.factures.ports import Factures, Situations
from facturation.simulations.domaine.bilans import Bilan
from facturation.simulations.domaine.budgets import Budget
from facturation.simulations.domaine.simulations import Simulation, Volet
from facturation.tarification.ports import Tarifications


class Simulations(Protocol):
    """Les simulations demandées, et ce qu'elles disent de chaque organisme."""

    async def ajouter(self, simulation: Simulation, vises: Collection[str]) -> None:
        """Inscrit la simulation; chacun de ces organismes y est à faire."""

    async def en_cours(self, organisme: str) -> int:
        """Combien de celles qu'il a demandées ne sont ni terminées ni arrêtées."""

    async def charger(self, identifiant: UUID, *, verrouiller: bool = False) -> Simulation:
        """La simulation, que l'on verrouille pour la clore; lève `Introuvable`."""

    async def volets(self, identifiant: UUID) -> Sequence[Volet]:
        """Tous, par organisme."""

    async def enregistrer(self, simulation: Simulation, volet: Volet, bilan: Bilan | None) -> None:
        """Où en est un organisme, et son bilan s'il est fait."""

    async def clore(self, simulation: Simulation) -> None:
        """Garde la fin d'une simulation : arrêtée, ou terminée sous son empreinte."""

    async def oublier(self, avant: datetime) -> int:
        """Retire les simulations demandées avant cet instant; rend leur nombre."""


class Budgets(Protocol):
    """Ce que les organismes prévoient; rien ne s'y récrit."""

    async def courant(self, organisme: str, exercice: str) -> Budget:
        """Le dernier dit; de version 0 si aucun ne l'est."""

    async def ajouter(self, budget: Budget) -> None:
        """Lève `VersionPerimee` si un autre a déjà cette version."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait un bilan."""

    simulations: Simulations
    budgets: Budgets
    horizons: Horizons
    factures: Factures
    situations: Situations
    clients: Clients
    faits: Faits
    touches: Touches
    tarifications: Tarifications
    a_l_ecart: ALEcart
