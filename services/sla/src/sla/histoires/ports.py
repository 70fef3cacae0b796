"""Ce dont les histoires ont besoin, et la réaction qu'elles provoquent plus haut."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sla.histoires.domaine import EpisodeDe, Histoire, RectificationDe


class Histoires(Protocol):
    """Les faits connus; on en ajoute, on n'en change ni n'en retire aucun."""

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        """Ajoute ce qui n'est pas déjà connu; une répétition ne fait rien."""

    async def rectifier(self, recues: Sequence[RectificationDe]) -> None:
        """Ajoute de même les rectifications, que leur acte soit connu ou non (DEM-13)."""

    async def tenir(self, demandes: Collection[UUID]) -> None:
        """Tient ces demandes jusqu'à la fin de la transaction.

        À prendre avant de lire : deux rejeux de la même demande se suivent alors, et le second
        voit tout ce que le premier a vu.
        """

    async def charger(self, demandes: Collection[UUID]) -> Sequence[Histoire]:
        """Les histoires de ces demandes, par une seule lecture; l'inconnue est absente."""


class Rejeu(Protocol):
    """La réaction à des faits nouveaux, dans la même transaction (SLA-3)."""

    async def des_demandes(self, demandes: Collection[UUID]) -> None:
        """Rejoue l'histoire entière de ces demandes, et remplace ce qu'on en avait conclu."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des histoires."""

    histoires: Histoires
    rejeu: Rejeu
