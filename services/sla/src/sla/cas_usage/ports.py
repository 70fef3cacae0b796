"""Ce dont les cas d'usage ont besoin, sans dire comment on l'atteint."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from calendrier import Calendrier
from sla.domaine.fiche import Fiche, Fiches
from sla.domaine.histoire import Episode, Histoire
from sla.domaine.verdict import Mesure


@dataclass(frozen=True, slots=True)
class EpisodeDe:
    """Un épisode, et la demande à qui il est arrivé."""

    demande_id: UUID
    organisme: str
    episode: Episode


class Histoires(Protocol):
    """Les épisodes connus; on en ajoute, on n'en change ni n'en retire aucun."""

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        """Ajoute ce qui n'est pas déjà connu; une répétition ne fait rien."""

    async def verrouiller(self, demandes: Collection[UUID]) -> None:
        """Tient ces demandes et l'ensemble des fiches jusqu'à la fin de la transaction.

        À prendre avant de lire : deux rejeux de la même demande se suivent alors, et le second
        voit tout ce que le premier a vu.
        """

    async def charger(self, demandes: Collection[UUID]) -> Sequence[Histoire]:
        """Les histoires de ces demandes, par une seule lecture; l'inconnue est absente."""


class FichesConnues(Protocol):
    """Les versions de fiches reçues du catalogue."""

    async def ajouter(self, fiches: Sequence[Fiche]) -> None:
        """Ajoute ce qui n'est pas déjà connu, et attend les rejeux commencés sans elles."""

    async def toutes(self) -> Fiches: ...


class Mesures(Protocol):
    """Le verdict de chaque demande, tel qu'il a été rejoué la dernière fois."""

    async def enregistrer(self, mesures: Iterable[Mesure]) -> None:
        """Remplace le verdict de ces demandes, par une seule écriture."""

    async def marquer(self, fiches: Sequence[Fiche]) -> None:
        """Marque à rejouer les mesures dont le jour J0 tombe sous une de ces fiches (SLA-3)."""

    async def a_rejouer(self, calendrier: str, limite: int) -> Sequence[UUID]:
        """Des demandes marquées, ou jugées sous une autre version du calendrier."""


@dataclass(frozen=True, slots=True)
class Depots:
    """Tout ce qu'un cas d'usage peut toucher, et le calendrier qui juge."""

    histoires: Histoires
    fiches: FichesConnues
    mesures: Mesures
    calendrier: Calendrier
