"""Ce que les créances demandent au monde."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from facturation.creances.domaine.abonnements import Abonnement
from facturation.creances.domaine.creances import Attente
from facturation.creances.domaine.etendue import Etendue, Visees
from facturation.creances.domaine.faits import (
    Appris,
    DemandeNumerotee,
    Ecartement,
    LigneEcartee,
    Source,
)
from facturation.creances.domaine.imputations import Imputation
from facturation.tarification.domaine.tarifs import ElementCatalogue
from facturation.tarification.ports import Tarifications
from noyau import Acte

T = TypeVar("T")


class Faits(Protocol):
    """Les faits reçus et leurs rectifications, lus par sources (DEM-13)."""

    async def ajouter(self, appris: Sequence[Appris]) -> None:
        """Garde ce que l'on apprend; le recevoir deux fois n'a pas plus d'effet (FAC-6)."""

    async def organismes(self) -> Sequence[str]:
        """Les organismes dont un fait est connu."""

    async def noms(self, organisme: str) -> Sequence[str]:
        """Les noms de toutes les sources d'un organisme."""

    async def connues(self, organisme: str, noms: Collection[str]) -> Collection[str]:
        """Ceux de ces noms qui sont d'une source de l'organisme."""

    async def des_actes(self, actes: Collection[tuple[str, UUID]]) -> Sequence[Source]:
        """Les sources entières de ces actes, chacun nommé avec son organisme."""


class Demandes(Protocol):
    """Le numéro lisible des demandes."""

    async def synchroniser(self, demandes: Sequence[DemandeNumerotee]) -> None:
        """Garde ces numéros, qui ne changent pas."""

    async def numeros(self, organisme: str, demandes: Collection[UUID]) -> Mapping[UUID, str]:
        """Ceux que l'on connaît, parmi ces demandes de l'organisme."""

    async def nommees(self, organisme: str, dites: Collection[str]) -> Mapping[str, UUID]:
        """Les demandes de l'organisme que l'on nomme par leur numéro, ou leur identifiant."""


class Imputations(Protocol):
    """Les codes que donnent les organismes, immuables (FAC-16)."""

    async def ajouter(self, imputations: Sequence[Imputation]) -> None: ...

    async def des_sources(
        self, organisme: str, sources: Collection[str]
    ) -> Mapping[str, Sequence[Imputation]]:
        """Celles de ces sources et de ces demandes, par source."""


class Touches(Protocol):
    """Les sources touchées, et jusqu'où chaque organisme est calculé (FAC-14)."""

    async def toucher(self, sources: Collection[tuple[str, str]]) -> None:
        """Chaque source va avec son organisme; dans la transaction de ce qui la change."""

    async def etendue(self, organisme: str) -> Visees:
        """Ce que relirait une émission, sans y toucher."""

    async def prendre(self, organisme: str) -> Visees:
        """Ce que relit une émission; ce qui est touché ensuite reste pour la suivante.

        Verrouille l'arrêté de l'organisme.
        """

    def relire(self, organisme: str, visees: Visees) -> AsyncIterator[Etendue]:
        """Ces sources de l'organisme, lot par lot : un seul est en mémoire."""

    async def verrouiller(self, organisme: str) -> date | None:
        """Le premier jour qu'aucune émission n'a calculé; tenu jusqu'au commit."""

    async def retoucher(self, organisme: str, elements: Sequence[ElementCatalogue]) -> None:
        """Touche ce dont ces éléments du catalogue changent un jour déjà calculé (FAC-14)."""

    async def arreter(self, organisme: str, avant: date, a_suivre: Collection[str]) -> None:
        """Tout est calculé avant ce jour, sauf ces sources, qui restent touchées."""


class Abonnements(Protocol):
    """Les abonnements, tels que le domaine les tire des sources, qu'organisme et nom désignent."""

    async def remplacer(
        self, sources: Collection[tuple[str, str]], abonnements: Sequence[Abonnement]
    ) -> None:
        """Tient pour abonnements de ces sources ceux-là seulement."""


class Attentes(Protocol):
    """Les lignes en attente, et les organismes à revoir."""

    async def demander_revue(self, organismes: Mapping[str, datetime]) -> None:
        """Chaque organisme va avec l'instant d'enregistrement du fait qui l'exige.

        Verrouille ces organismes jusqu'au commit : qui tire quelque chose de leurs faits la
        demande d'abord, et lit ensuite.
        """

    async def revue_demandee(self, organisme: str) -> bool:
        """Vrai si ses abonnements ne suivent peut-être pas encore le catalogue."""

    async def commencer_revue(self, organisme: str) -> None:
        """Retire la demande de revue; verrouille de même."""

    async def manquer_revue(
        self, organisme: str, demandee_le: datetime, essais: int, raison: str | None
    ) -> None:
        """Compte un essai manqué de la revue demandée alors; une raison la met de côté.

        Demandée de nouveau depuis, elle reste à faire.
        """

    async def remplacer(
        self, organisme: str, attentes: Sequence[Attente], le: datetime
    ) -> Sequence[Attente]:
        """Tient pour ouvertes ces attentes-là seulement; rend celles jamais signalées encore."""


class Reveils(Protocol):
    """Le jour où le temps seul fera revoir un organisme (FAC-4)."""

    async def remplacer(self, organisme: str, le: date | None) -> None:
        """Le revoir à partir de ce jour-là, et de lui seul; absent : rien ne l'exige plus."""

    async def prendre(self, jour: date) -> Sequence[str]:
        """Retire les réveils venus ce jour-là; rend leurs organismes."""


class Ecartements(Protocol):
    """Ce que la facturation renonce à facturer; rien n'y change."""

    async def ajouter(self, voulu: Ecartement, motif: str, acte: Acte) -> LigneEcartee:
        """Retire l'attente ouverte, et garde qu'on y renonce; lève `Introuvable`."""


class ALEcart(Protocol):
    """Fait un long calcul hors de la boucle d'événements, qui répond à d'autres entre-temps."""

    def __call__(self, calcul: Callable[..., T], /, *donnees: Any) -> Awaitable[T]:
        """Ce que rend ce calcul de ces données."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire."""

    faits: Faits
    abonnements: Abonnements
    attentes: Attentes
    touches: Touches
    tarifications: Tarifications
    demandes: Demandes
    imputations: Imputations
    reveils: Reveils
    ecartements: Ecartements
    a_l_ecart: ALEcart
