"""Ce dont les taux ont besoin."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from noyau import Mois
from sla.disponibilites.domaine.minutes import Minutes
from sla.exclusions.domaine.regles import ReglesDatees
from sla.fiches.domaine import Fiches
from sla.fiches.ports import CalendriersConnus, FichesConnues
from sla.taux.domaine.attendus import Attendu
from sla.taux.domaine.citees import FichesLues, Regimes
from sla.taux.domaine.corrections import Constat, Correction, Derniers, Jugement, Mesuree, Publie
from sla.taux.domaine.fermetures import Etat, Fermeture, TauxPublie
from sla.taux.domaine.lus import TauxLu
from sla.taux.domaine.publication import Publications


class Fermetures(Protocol):
    """Les périodes fermées, et ce qu'elles publient; on y ajoute, on n'y change rien."""

    async def reserver(self) -> None:
        """Nulle mesure d'un mois ne s'écrit jusqu'à la fin de la transaction.

        À prendre avant de lire : ce qui s'écrira ensuite verra la fermeture, et se corrigera.
        """

    async def charger(self, periode: Mois) -> Fermeture | None: ...

    async def etat(self, producteurs: Sequence[str]) -> Etat:
        """Ce dont dépend qu'une période se ferme, tel qu'il est à cet instant."""

    async def figer(
        self, fermeture: Fermeture, attendus: Collection[Attendu], calendriers: tuple[str, ...]
    ) -> Fermeture:
        """Garde ses mesures, ses comptes et ses taux, dont ceux d'attendus; rend son empreinte.

        Et les versions du calendrier qui en décident.
        """

    async def regimes(self, periode: Mois) -> Regimes:
        """Ce qui régit ses mesures figées, de chaque organisme connu; aucune : rien."""

    async def citer(self, periode: Mois, lues: Mapping[str, FichesLues]) -> None:
        """Garde ce qu'elle lit des fiches, de chaque organisme et de tous (« »)."""

    async def publies(self, fermeture: Fermeture) -> Sequence[TauxPublie]:
        """Les taux qu'elle publie, de chaque organisme et de tous."""

    async def candidates(self) -> Sequence[Mois]:
        """Les périodes qui ont des mesures, et celle qui suit la dernière fermée."""

    async def retenir(self, jalons: Mapping[str, datetime | None]) -> None:
        """Retient jusqu'où tout était reçu."""


class Corrections(Protocol):
    """Ce qu'on ajoute à une période fermée."""

    async def marquees(self, limite: int) -> Sequence[tuple[UUID, str]]:
        """Des mesures récrites d'un mois fermé, chacune avec son organisme."""

    async def constats(
        self, marquees: Sequence[tuple[UUID, str]]
    ) -> Sequence[tuple[Constat, Sequence[Publie]]]:
        """Ce qu'on sait de chacune, et ce qu'en disent les mois fermés dont elle est ou fut."""

    async def publies(
        self, marquees: Sequence[tuple[UUID, str]]
    ) -> Mapping[tuple[UUID, str], Sequence[Publie]]:
        """Ce que disent de chacune les mois fermés dont elle est ou fut."""

    async def derniers(self, mesurees: Sequence[Mesuree]) -> Mapping[tuple[UUID, str], Derniers]:
        """De quand date ce qu'on a appris, et décidé, du sujet de chacune."""

    async def juger(
        self, mesures: Sequence[Mapping[str, object]]
    ) -> Mapping[tuple[UUID, str], Jugement]:
        """Le jugement de mesures décrites, qui ne sont pas enregistrées."""

    async def juger_durees(self, minutes: Sequence[Minutes]) -> Sequence[tuple[Mesuree, Jugement]]:
        """De même, de disponibilités qui ne sont pas enregistrées."""

    async def disponibilites(self, limite: int) -> Sequence[tuple[Constat, Sequence[Publie]]]:
        """De même, les disponibilités dont un mois fermé, recompté en entier, a changé."""

    async def ajouter(self, corrections: Sequence[Correction]) -> None: ...

    async def oublier(self, marquees: Sequence[tuple[UUID, str]]) -> None:
        """Celles-là sont revues."""


class TauxConnus(Protocol):
    """Les taux, pour une aire plus haute qui les raconte."""

    async def du_mois(self, organisme: str | None, mois: Mois, fiches: Fiches) -> Sequence[TauxLu]:
        """Ceux d'un mois, de cet organisme ou de tous ensemble; chaque attendu, même vide."""

    async def est_connu(self, organisme: str) -> bool:
        """Vrai si cet organisme est inscrit, ou si quelque chose s'en mesure."""

    async def organismes(self) -> Sequence[str]:
        """Les mêmes, par code."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des taux."""

    fiches: FichesConnues
    calendriers: CalendriersConnus
    fermetures: Fermetures
    corrections: Corrections
    publications: Publications
    regles: ReglesDatees
    """Ce qu'une personne invoque pour exclure, et comment cela se dit."""
