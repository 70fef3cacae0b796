"""Ce dont les rapports ont besoin."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from noyau import Mois
from sla.fiches.ports import CalendriersConnus, FichesConnues
from sla.rapports.domaine.executions import Conservation, Execution, Garde
from sla.rapports.domaine.rapport import Bornee, Corrigee, Exclue, FermetureCitee, Manquee
from sla.taux.domaine.citees import FicheCitee
from sla.taux.domaine.publication import Publications
from sla.taux.ports import TauxConnus


class Faits(Protocol):
    """Ce qu'un rapport raconte d'un mois, d'un organisme ou de tous; chaque liste est bornée."""

    async def fermeture(self, mois: Mois) -> FermetureCitee | None: ...

    async def manquees(self, mois: Mois, organisme: str | None, *, ferme: bool) -> Bornee[Manquee]:
        """Celles du taux publié si le mois est fermé, sinon celles qu'on connaît."""

    async def exclues(self, mois: Mois, organisme: str | None, *, ferme: bool) -> Bornee[Exclue]:
        """De même."""

    async def corrigees(self, mois: Sequence[Mois], organisme: str | None) -> Bornee[Corrigee]:
        """Ce qui a changé de ces mois depuis leur fermeture, le plus récent d'abord.

        De tous, chaque correction une fois : sous son organisme, sans celle de leur somme.
        """

    async def regimes(self, mois: Mois, organisme: str | None) -> Collection[tuple[str, int]]:
        """Les fiches et les versions qui régissent les mesures du mois."""

    async def fiches_figees(self, mois: Mois, organisme: str | None) -> Sequence[FicheCitee] | None:
        """Les versions que la fermeture du mois a figées; None : aucune ne l'est."""


class Executions(Protocol):
    """Les établissements de tous les rapports d'un mois; sans organisme, le rapport de tous."""

    async def inachevee(self, mois: Mois) -> UUID | None:
        """Celle de ce mois à qui il reste des rapports à établir; deux ne s'y croisent pas."""

    async def ajouter(self, execution: Execution, vises: Sequence[str | None]) -> None: ...

    async def charger(self, identifiant: UUID) -> Execution:
        """L'exécution et ce qu'elle a fait, tenue; lève `Introuvable`."""

    async def garder(self, execution: Execution) -> None:
        """Garde si elle est arrêtée."""

    async def remettre(self, identifiant: UUID) -> None:
        """Remet à établir ce qui était mis de côté."""

    async def est_arretee(self, identifiant: UUID) -> bool:
        """Vrai si elle l'est; sinon, nul ne l'arrête d'ici la fin de la transaction."""

    async def etabli(
        self, identifiant: UUID, organisme: str | None, empreinte: str, le: datetime
    ) -> None: ...

    async def ecarter(
        self, identifiant: UUID, organisme: str | None, raison: str, le: datetime
    ) -> None: ...


class Gardes(Protocol):
    """Les rapports gardés, chacun sous son empreinte."""

    async def ajouter(self, garde: Garde) -> str:
        """Le garde, s'il ne l'est déjà; rend son empreinte."""

    async def purger(self, aujourdhui: date) -> int:
        """Retire ceux dont la conservation est passée. Rend combien."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des rapports."""

    fiches: FichesConnues
    calendriers: CalendriersConnus
    taux: TauxConnus
    faits: Faits
    publications: Publications
    executions: Executions
    gardes: Gardes
    conservation: Conservation
