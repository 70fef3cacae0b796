"""Ce dont les disponibilités ont besoin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from noyau import Mois
from sla.disponibilites.domaine.alarmes import AlarmeEcartee, Connue
from sla.disponibilites.domaine.indisponibilites import ActePose, Indisponibilite
from sla.disponibilites.domaine.intervalles import Ensemble
from sla.disponibilites.domaine.minutes import Minutes
from sla.disponibilites.domaine.reculs import Reculs
from sla.disponibilites.domaine.services import ActeService, Clientele, Service
from sla.disponibilites.domaine.signalements import Signalement
from sla.exclusions.ports import Contestations
from sla.fiches.ports import CalendriersConnus, FichesConnues


class Services(Protocol):
    """Les services mesurés."""

    async def tous(self) -> Sequence[Service]:
        """Par code."""

    async def charger(self, code: str) -> Service:
        """Verrouille le service; lève `Introuvable`."""

    async def ajouter(self, service: Service) -> bool:
        """Faux si un service porte déjà ce code."""

    async def poser(self, acte: ActeService) -> None:
        """Inscrit l'acte, et garde ce qu'il fait du service."""


@dataclass(frozen=True, slots=True)
class Inscription:
    """L'instant où un organisme est devenu client."""

    organisme: str
    inscrit_a: datetime


@dataclass(frozen=True, slots=True)
class Inactivites:
    """Les temps où un organisme n'a pas été client, dans son état de ce rang."""

    organisme: str
    sequence: int
    inactivites: tuple[tuple[datetime, datetime | None], ...]


class Clienteles(Protocol):
    """Quand chaque organisme est client."""

    async def inscrire(self, inscriptions: Sequence[Inscription]) -> None: ...

    async def synchroniser(self, inactivites: Sequence[Inactivites]) -> None:
        """Garde de chaque organisme l'état le plus avancé."""

    async def toutes(self) -> Sequence[Clientele]:
        """Celles des organismes inscrits, par code."""


class Indisponibilites(Protocol):
    """Les indisponibilités, et le fil de leurs actes."""

    async def reserver(self) -> None:
        """Attend les actes commencés, et retient les autres jusqu'à la fin de la transaction."""

    async def charger(self, identifiant: UUID) -> Indisponibilite:
        """Lève `Introuvable`."""

    async def actes(self, identifiant: UUID) -> Sequence[ActePose]:
        """Son fil, du constat au dernier acte."""

    async def poser(self, acte: ActePose) -> None:
        """Inscrit l'acte au fil, et garde ce qu'il fait de l'indisponibilité."""

    async def pareille(self, voulue: Indisponibilite) -> UUID | None:
        """Une autre, non annulée, qui dit la même chose."""

    async def deja_dite(self, voulue: Indisponibilite) -> UUID | None:
        """Celle dont un acte a dit la même chose, corrigée ou annulée depuis."""

    async def de_l_empreinte(self, empreinte: str) -> Sequence[Connue]:
        """Celles d'une alarme, de la plus ancienne à la dernière, annulées comprises."""

    async def entre(self, debut: datetime, fin: datetime) -> Sequence[Indisponibilite]:
        """Celles, non annulées, qui touchent `[debut, fin)`."""

    async def premieres(self, service: str, temps: Ensemble) -> Sequence[Indisponibilite]:
        """De chaque plage, la première qui la touche, de celles du service qui comptent."""


class MinutesConnues(Protocol):
    """Les minutes de chaque mois, et les mois à compter."""

    async def ouvrir(self, mois: Sequence[Mois], hier: date) -> None:
        """Marque ceux de ces mois qui n'ont pas encore été comptés jusqu'à hier, ou leur fin."""

    async def marquer(self, debut: Mois, fin: Mois | None) -> None:
        """Marque à recompter les mois déjà comptés, du premier au dernier."""

    async def marques(self, limite: int) -> Sequence[Mois]:
        """Des mois marqués, le plus récent d'abord."""

    async def enregistrer(self, mois: Mois, jusqua: date, minutes: Sequence[Minutes]) -> None:
        """Remplace les minutes du mois; il n'est plus à compter."""


class Signalements(Protocol):
    """Ce que les organismes signalent."""

    async def ajouter(self, signalement: Signalement) -> None: ...

    async def charger(self, identifiant: UUID) -> Signalement:
        """Verrouille le signalement; lève `Introuvable`."""

    async def enregistrer(self, signalement: Signalement) -> None: ...

    async def en_attente(self, organisme: str) -> Sequence[Signalement]:
        """Ceux de l'organisme qui ne sont pas tranchés; deux qu'il ajoute se suivent."""


class Alarmes(Protocol):
    """Les alarmes dont rien n'a pu être fait."""

    async def ecarter(self, alarmes: Sequence[AlarmeEcartee]) -> None:
        """Garde chacune; la même, pour la même raison, se compte une fois de plus."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des disponibilités."""

    fiches: FichesConnues
    calendriers: CalendriersConnus
    services: Services
    clienteles: Clienteles
    indisponibilites: Indisponibilites
    minutes: MinutesConnues
    signalements: Signalements
    alarmes: Alarmes
    reculs: Reculs
    contestations: Contestations
