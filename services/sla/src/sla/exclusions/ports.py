"""Ce que les décisions demandent au monde, et la réaction qu'elles provoquent plus haut."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sla.exclusions.domaine.contestations import ActeVise, Contestation
from sla.exclusions.domaine.decisions import Decisions
from sla.exclusions.domaine.exclusions import Exclusion, MesureVisee
from sla.exclusions.domaine.regles import ReglesDatees
from sla.fiches.ports import FichesConnues
from sla.histoires.domaine import Sujet
from sla.histoires.ports import Histoires, Rejeu


class Exclusions(Protocol):
    """Les exclusions prononcées et leurs annulations; rien n'y change ni n'en part."""

    async def ajouter(self, exclusion: Exclusion) -> None: ...

    async def charger(self, id_: UUID) -> Exclusion:
        """Une exclusion, tenue jusqu'au commit; lève `Introuvable`."""

    async def annuler(self, exclusion: Exclusion) -> None:
        """Ajoute son annulation."""

    async def de_la_mesure(self, mesure_id: UUID) -> Sequence[Exclusion]:
        """Toutes celles d'une mesure, annulées ou non."""


class Contestations(Protocol):
    """Les contestations et ce qui les finit; rien n'y change ni n'en part."""

    async def tenir(self, organisme: str) -> None:
        """Tient celles de l'organisme, et ses exclusions, jusqu'au commit.

        Contester, exclure et annuler se suivent : chacun voit ce que l'autre vient de poser.
        """

    async def ajouter(self, contestation: Contestation) -> None: ...

    async def charger(self, id_: UUID) -> Contestation:
        """Une contestation, tenue jusqu'au commit; lève `Introuvable`."""

    async def finir(self, contestation: Contestation) -> None:
        """Ajoute sa décision, ou son retrait."""

    async def des_objets(self, objets: Collection[UUID]) -> Sequence[Contestation]:
        """Toutes celles de ces objets, finies ou non; la dernière ouverte d'abord."""

    async def compter_ouvertes(self, organisme: str) -> int: ...


class DecisionsPrises(Protocol):
    """Ce que le rejeu lit de ce qui fut décidé (SLA-3)."""

    async def des_sujets(self, sujets: Collection[Sujet]) -> Mapping[str, Decisions]:
        """Par organisme, ce qui fut décidé des mesures de ces sujets."""


class Mesures(Protocol):
    """Les mesures, telles qu'une aire plus haute les tient."""

    async def viser(self, mesure_id: UUID) -> MesureVisee:
        """Une mesure; lève `Introuvable`."""


class IndisponibiliteVisee(Protocol):
    """Ce que l'on sait ici d'une indisponibilité."""

    @property
    def service(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def annulee(self) -> bool: ...


class Indisponibilites(Protocol):
    """Les indisponibilités, telles qu'une aire plus haute les tient."""

    async def reserver(self) -> None:
        """Retient ce qui les corrigerait, jusqu'au commit."""

    async def charger(self, identifiant: UUID, /) -> IndisponibiliteVisee:
        """Une que lit l'appelant; lève `Introuvable`."""

    async def actes(self, identifiant: UUID, /) -> Sequence[ActeVise]:
        """Son fil, du constat au dernier acte."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des exclusions et des contestations."""

    fiches: FichesConnues
    histoires: Histoires
    exclusions: Exclusions
    contestations: Contestations
    mesures: Mesures
    indisponibilites: Indisponibilites
    rejeu: Rejeu
    regles: ReglesDatees
