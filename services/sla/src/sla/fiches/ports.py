"""Ce dont les fiches ont besoin, et la réaction qu'elles provoquent plus haut."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from calendrier import Calendrier, VersionCalendrier
from sla.fiches.domaine import (
    CalendrierRecu,
    Fiche,
    Fiches,
    FinDeStatuQuo,
    StatuQuo,
    VersionRetiree,
)


class FichesConnues(Protocol):
    """Les versions de fiches reçues du catalogue, et leurs retraits."""

    async def synchroniser(self, versions: Sequence[Fiche]) -> None:
        """Ajoute les versions qui ne sont pas déjà connues."""

    async def retirer(self, retirees: Sequence[VersionRetiree]) -> None:
        """Ajoute de même les versions retirées, déjà connues ou non (CAT-2)."""

    async def garder(self, statu_quo: Sequence[StatuQuo]) -> None:
        """Ajoute ce que des organismes gardent, que la version soit connue ou non (CAT-6)."""

    async def finir(self, fins: Sequence[FinDeStatuQuo]) -> None:
        """Ajoute de même les fins, que le statu quo soit connu ou non (CAT-6)."""

    async def reserver(self) -> None:
        """Attend les rejeux commencés sans ce qui vient d'être ajouté, et retient les autres.

        Ce qu'ils auront écrit se marque ensuite.
        """

    async def tenir(self) -> None:
        """Tient l'ensemble des fiches jusqu'à la fin de la transaction : qui en ajoute attend.

        À prendre avant de lire, et avant de tenir des agrégats ou des sujets.
        """

    async def toutes(self, candidate: Fiche | None = None) -> Fiches:
        """Celles qui valent; avec cette version de plus, si on la publiait (SLA-7)."""


class CalendriersConnus(Protocol):
    """Les versions du calendrier reçues du catalogue (SLA-1)."""

    async def ajouter(self, recus: Sequence[CalendrierRecu]) -> Sequence[CalendrierRecu]:
        """Ajoute les versions qui ne sont pas déjà connues, et les rend."""

    async def applique(self, candidate: VersionCalendrier | None = None) -> Calendrier | None:
        """Le calendrier qu'elles composent; None : aucune n'est encore connue.

        Avec cette version de plus, celui qu'elles composeraient si on la publiait (SLA-7).
        """

    async def nommee(self, version: str) -> VersionCalendrier | None:
        """Celle de ce nom, si elle est connue."""


class Rejeu(Protocol):
    """La réaction à ce que dit le catalogue, dans la même transaction (SLA-3).

    Chaque méthode rend combien de sujets ont été rejoués sur-le-champ.
    """

    async def depuis(self, debut: date) -> int:
        """Rejoue les sujets que peut régir une version qui commence ce jour-là."""

    async def des_organismes(self, organismes: Collection[str]) -> int:
        """Rejoue les sujets de ces organismes."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des fiches."""

    fiches: FichesConnues
    calendriers: CalendriersConnus
    rejeu: Rejeu
