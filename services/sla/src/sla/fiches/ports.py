"""Ce dont les fiches ont besoin, et la réaction qu'elles provoquent plus haut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sla.fiches.domaine import Fiche, Fiches


class FichesConnues(Protocol):
    """Les versions de fiches reçues du catalogue."""

    async def synchroniser(self, versions: Sequence[Fiche]) -> None:
        """Ajoute ce qui n'est pas déjà connu, et attend les rejeux commencés sans elles."""

    async def tenir(self) -> None:
        """Tient l'ensemble des fiches jusqu'à la fin de la transaction : qui en ajoute attend.

        À prendre avant de lire, et avant de tenir des demandes.
        """

    async def toutes(self) -> Fiches: ...


class Rejeu(Protocol):
    """La réaction à des fiches nouvelles, dans la même transaction (SLA-3)."""

    async def des_fiches(self, versions: Sequence[Fiche]) -> int:
        """Rejoue les demandes que ces versions régissent; rend combien l'ont été sur-le-champ."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des fiches."""

    fiches: FichesConnues
    rejeu: Rejeu
