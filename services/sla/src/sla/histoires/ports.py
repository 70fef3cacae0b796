"""Ce dont les histoires ont besoin, et la réaction qu'elles provoquent plus haut."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sla.fiches.ports import FichesConnues
from sla.histoires.domaine import EpisodeDe, Histoire, RectificationDe, Sujet


class Histoires(Protocol):
    """Les faits connus; on en ajoute, on n'en change ni n'en retire aucun."""

    async def tenir_agregats(self, agregats: Collection[str]) -> None:
        """Tient ces agrégats jusqu'à la fin de la transaction, après les fiches, avant les sujets.

        Un acte et sa rectification, publiés sous le même agrégat, se voient alors l'un l'autre.
        """

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        """Ajoute ce qui n'est pas déjà connu; une répétition ne fait rien."""

    async def rectifier(self, recues: Sequence[RectificationDe]) -> None:
        """Ajoute de même les rectifications, que leur acte soit connu ou non (DEM-13)."""

    async def sujets_de(self, actes: Collection[UUID]) -> set[Sujet]:
        """Les sujets à qui ces actes, s'ils sont connus, sont arrivés."""

    async def issus_de(self, sujets: Collection[Sujet]) -> set[Sujet]:
        """Les sujets connus dont l'histoire commence par celle de l'un de ceux-ci (IC-1)."""

    async def tenir(self, sujets: Collection[Sujet]) -> None:
        """Tient ces sujets jusqu'à la fin de la transaction.

        À prendre avant de lire : deux rejeux du même sujet se suivent alors, et le second
        voit tout ce que le premier a vu.
        """

    async def charger(self, sujets: Collection[Sujet]) -> Sequence[Histoire]:
        """Les histoires de ces sujets, avec ce qui les précède (IC-1); l'inconnue est absente."""


class Rejeu(Protocol):
    """La réaction à des faits nouveaux, dans la même transaction (SLA-3)."""

    async def des_sujets(self, sujets: Collection[Sujet]) -> None:
        """Rejoue l'histoire entière de ces sujets, et remplace ce qu'on en avait conclu."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des histoires."""

    fiches: FichesConnues
    histoires: Histoires
    rejeu: Rejeu
