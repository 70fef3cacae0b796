"""Ce dont les fiches ont besoin, et la réaction qu'elles provoquent plus haut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sla.fiches.domaine import Fiche, Fiches, VersionRetiree


class FichesConnues(Protocol):
    """Les versions de fiches reçues du catalogue, et leurs retraits."""

    async def synchroniser(self, versions: Sequence[Fiche]) -> None:
        """Ajoute les versions qui ne sont pas déjà connues."""

    async def retirer(self, retirees: Sequence[VersionRetiree]) -> None:
        """Ajoute de même les versions retirées, déjà connues ou non (CAT-2)."""

    async def reserver(self) -> None:
        """Attend les rejeux commencés sans ce qui vient d'être ajouté, et retient les autres.

        Ce qu'ils auront écrit se marque ensuite.
        """

    async def tenir(self) -> None:
        """Tient l'ensemble des fiches jusqu'à la fin de la transaction : qui en ajoute attend.

        À prendre avant de lire, et avant de tenir des agrégats ou des sujets.
        """

    async def toutes(self) -> Fiches: ...


class Rejeu(Protocol):
    """La réaction à des fiches nouvelles ou retirées, dans la même transaction (SLA-3)."""

    async def des_fiches(self, debut: date) -> int:
        """Rejoue les sujets que peuvent régir des versions qui commencent ce jour-là ou après.

        Rend combien l'ont été sur-le-champ.
        """


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des fiches."""

    fiches: FichesConnues
    rejeu: Rejeu
