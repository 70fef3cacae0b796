"""Ce que les émissions demandent au monde."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.ports import Abonnements, ALEcart, Attentes, Faits, Touches
from facturation.emissions.domaine.approbations import Approbation
from facturation.emissions.domaine.executions import Traitement
from facturation.emissions.domaine.parcours import Parcours
from facturation.emissions.domaine.suivi import Execution, MisDeCote, Suivi
from facturation.factures.domaine.emetteur import Emetteurs
from facturation.factures.ports import Factures, Retenus, Situations
from facturation.tarification.ports import Tarifications
from noyau import Mois


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

    async def inachevees(self, periode: Mois, limite: int) -> Sequence[Execution]:
        """Celles d'une période à qui il reste des organismes, la plus ancienne d'abord."""

    async def mis_de_cote(self, periode: Mois, limite: int) -> Sequence[MisDeCote]:
        """Ceux d'une période que rien n'a repris depuis, par organisme, une fois chacun."""

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        """Ce qui est émis le reste, et ce qu'une reprise a remis à faire ne se met plus de côté."""

    async def parcours(self, organismes: Sequence[str], periode: Mois) -> Sequence[Parcours]:
        """Où en est chacun de ses mois, jusqu'à cette période."""

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

    async def clore(self, approbation: Approbation) -> None:
        """Garde ce qu'on a appris depuis son horizon, où lit la transaction : le mois s'émet."""


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
    retenus: Retenus
    situations: Situations
    emetteurs: Emetteurs
    clients: Clients
    faits: Faits
    touches: Touches
    abonnements: Abonnements
    attentes: Attentes
    tarifications: Tarifications
    a_l_ecart: ALEcart
