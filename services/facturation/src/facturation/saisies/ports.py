"""Ce que les saisies demandent au monde."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.domaine.faits import FaitRecu
from facturation.creances.ports import Demandes, Faits, Touches
from facturation.factures.domaine.ajustements import Ajustement, AjustementVoulu
from facturation.factures.ports import Factures
from facturation.saisies.domaine.decisions import Decision, Pose
from facturation.saisies.domaine.saisies import LigneSaisie, Saisie
from facturation.saisies.domaine.seuils import Seuils
from facturation.tarification.ports import Tarifications
from noyau import Acte, Resultat

Lire: TypeAlias = Callable[[LigneSaisie], FaitRecu]
"""Le fait que l'on recevrait de l'événement d'une saisie : le même, sans passer par le bus."""
Ajuster: TypeAlias = Callable[[AjustementVoulu, Acte], Awaitable[Resultat[Ajustement]]]


class Saisies(Protocol):
    """Les lignes saisies; ce qu'elles disent ne change pas."""

    async def ajouter(self, saisies: Sequence[Saisie]) -> None: ...

    async def charger(self, identifiant: UUID) -> Saisie:
        """Lève `Introuvable`."""

    async def de(self, decision_id: UUID) -> Sequence[Saisie]:
        """Celles d'une décision, dans leur ordre."""

    async def connues(
        self, organismes: Collection[str], empreintes: Collection[str]
    ) -> Mapping[str, Saisie]:
        """De chaque empreinte, la saisie en vie de ces organismes qui la porte."""

    async def enregistrer(self, saisies: Sequence[Saisie]) -> None:
        """Garde leur état."""


class Decisions(Protocol):
    """Les décisions d'office."""

    async def ajouter(self, decision: Decision) -> None: ...

    async def charger(self, identifiant: UUID) -> Decision:
        """Verrouille la décision; lève `Introuvable`."""

    async def enregistrer(self, decision: Decision) -> None:
        """Garde son état."""

    async def poses_seul(self, organismes: Collection[str], depuis: datetime) -> Sequence[Pose]:
        """Ce que chaque auteur a posé seul chez eux depuis cet instant, par tarif, sans signe."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des plus basses dont se fait une décision.

    `preparer` vérifie un ajustement sans l'écrire, `ajuster` l'écrit; les deux verrouillent le
    client.
    """

    saisies: Saisies
    decisions: Decisions
    seuils: Seuils
    lire: Lire
    preparer: Ajuster
    ajuster: Ajuster
    clients: Clients
    tarifications: Tarifications
    faits: Faits
    demandes: Demandes
    touches: Touches
    factures: Factures
