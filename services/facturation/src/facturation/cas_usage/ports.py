"""Ce dont les cas d'usage ont besoin du monde."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.domaine.dus import Attente
from facturation.domaine.executions import Execution, Sort
from facturation.domaine.factures import Client, Dossier, Facture
from facturation.domaine.faits import FaitRecu
from facturation.domaine.tarifs import EtatProduit, VersionFiche, VersionPrix


class Copies(Protocol):
    """Les copies tenues par les événements; les retenir deux fois n'y change rien."""

    async def noter_faits(self, faits: Sequence[FaitRecu]) -> None: ...

    async def retenir_fiches(self, versions: Sequence[VersionFiche]) -> None: ...

    async def retenir_prix(self, versions: Sequence[VersionPrix]) -> None: ...

    async def retenir_produits(self, etats: Sequence[tuple[EtatProduit, int]]) -> None:
        """Chaque état va avec son numéro de suite."""

    async def retenir_clients(self, clients: Sequence[tuple[Client, int]]) -> None:
        """Chaque état va avec son numéro de suite; le plus haut vaut."""


class Dossiers(Protocol):
    """Les dossiers de facturation."""

    async def charger(self, organisme: str) -> Dossier:
        """Le dossier d'un organisme, verrouillé; lève `Conflit` si son fichier client manque."""


class Factures(Protocol):
    """Les factures émises, immuables."""

    async def prochain_rang(self, exercice: str) -> int:
        """Le rang suivant dans l'exercice, verrouillé jusqu'au commit : aucun trou (FAC-6)."""

    async def ajouter(self, facture: Facture) -> None: ...


class Executions(Protocol):
    """Les exécutions demandées et leur avancement."""

    async def organismes(self) -> Sequence[str]:
        """Tous les organismes connus, par un fait ou par leur fichier client, triés."""

    async def ajouter(self, execution: Execution) -> None: ...

    async def consigner(self, execution_id: UUID, sort: Sort) -> None: ...


class Attentes(Protocol):
    """Les lignes en attente, et les organismes dont elles sont à revoir."""

    async def demander_revue(self, organismes: Mapping[str, datetime]) -> None:
        """Chaque organisme va avec l'instant d'enregistrement du fait qui l'exige."""

    async def demander_revue_des_ouvertes(self, le: datetime) -> None: ...

    async def commencer_revue(self, organisme: str) -> None: ...

    async def remplacer(
        self, organisme: str, attentes: Sequence[Attente], le: datetime
    ) -> Sequence[Attente]:
        """Tient pour ouvertes ces attentes-là seulement; rend celles jamais signalées encore."""


class Jalons(Protocol):
    """Jusqu'où tout est reçu de chaque producteur (nom → instant UTC)."""

    async def recus(self) -> Mapping[str, datetime | None]: ...


@dataclass(frozen=True, slots=True)
class Depots:
    """Les dépôts d'une transaction."""

    copies: Copies
    dossiers: Dossiers
    factures: Factures
    executions: Executions
    attentes: Attentes
    jalons: Jalons
