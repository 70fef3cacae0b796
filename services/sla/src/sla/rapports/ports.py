"""Ce dont les rapports ont besoin."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from noyau import Mois
from sla.fiches.ports import CalendriersConnus, FichesConnues
from sla.rapports.domaine.rapport import Bornee, Corrigee, Exclue, FermetureCitee, Manquee
from sla.taux.domaine.publication import Publications
from sla.taux.ports import TauxConnus


class Faits(Protocol):
    """Ce qu'un rapport raconte d'un mois, d'un organisme ou de tous; chaque liste est bornée."""

    async def fermeture(self, mois: Mois) -> FermetureCitee | None: ...

    async def manquees(self, mois: Mois, organisme: str | None, *, ferme: bool) -> Bornee[Manquee]:
        """Celles du taux publié si le mois est fermé, sinon celles qu'on connaît."""

    async def exclues(self, mois: Mois, organisme: str | None) -> Bornee[Exclue]: ...

    async def corrigees(self, mois: Sequence[Mois], organisme: str | None) -> Bornee[Corrigee]:
        """Ce qui a changé de ces mois depuis leur fermeture, le plus récent d'abord."""

    async def regimes(self, mois: Mois, organisme: str | None) -> Collection[tuple[str, int]]:
        """Les fiches et les versions qui régissent les mesures du mois."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des rapports."""

    fiches: FichesConnues
    calendriers: CalendriersConnus
    taux: TauxConnus
    faits: Faits
    publications: Publications
