"""Ce que l'aire attend de la base, des actes en attente, et de ce qui suit un geste."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.demande.domaine.demande import Demande
from demandes.demande.domaine.gestes import GestePose
from demandes.demande.domaine.histoire import Avancee, Dossier
from demandes.ropn.ports import Produits, TarifsDuTemps
from noyau import Acte, Rectification, Resultat


class Demandes(Protocol):
    """Les demandes et leur histoire."""

    async def lire(self, demande_id: UUID) -> Dossier:
        """Lève `Introuvable`."""

    async def charger(self, demande_id: UUID) -> Dossier:
        """Verrouille la demande; lève `Introuvable`."""

    async def nouveau_numero(self, annee: int) -> str: ...

    async def en_cours(self, organisme: str, au_plus: int) -> int:
        """Combien de demandes de l'organisme ne sont pas finies; compte jusqu'à `au_plus`."""

    async def ajouter(self, demande: Demande, gestes: Sequence[GestePose] = ()) -> None:
        """Inscrit une demande neuve, telle qu'après ses premiers gestes."""

    async def enregistrer(self, avancee: Avancee) -> None:
        """Écrit l'état et ajoute les gestes à l'histoire; lève `VersionPerimee`."""

    def tentative(self) -> AbstractAsyncContextManager[None]:
        """Un essai : s'il lève, il n'aura rien écrit."""


class Rectifications(Protocol):
    """Les rectifications des actes : d'une demande, d'un actif, d'un incident (DEM-13)."""

    async def de(self, agregat_id: UUID) -> Sequence[Rectification]: ...

    async def ajouter(
        self, organisme: str, agregat_id: UUID, ajouts: Sequence[Rectification]
    ) -> None: ...


class RectificationsLues(Protocol):
    """Les rectifications de plusieurs agrégats, d'un coup."""

    async def des(self, agregats: Collection[UUID]) -> Mapping[UUID, Sequence[Rectification]]:
        """Par agrégat, celles de ses actes, par rang; aucune : l'agrégat est absent."""


class Attente(Protocol):
    """Les gestes différés, qui attendent que d'autres les rendent possibles (DEM-12)."""

    async def gestes(self, demande: Demande, le: datetime) -> Sequence[GestePose]:
        """Ceux de cette demande, tels qu'ils s'inscriraient à cet instant."""

    async def regler(self, avancee: Avancee, acte: Acte) -> Resultat[None]:
        """Retire de l'attente ceux que l'avancée inscrit, contredit, ou permet enfin."""


Repercussion = Callable[[Avancee, Acte], Awaitable[Resultat[None]]]
"""Ce qui suit une avancée, dans la même transaction, et les faits qui en naissent."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des demandes."""

    demandes: Demandes
    rectifications: Rectifications
    organismes: Organismes
    produits: Produits
    tarifs: TarifsDuTemps
    attente: Attente
    repercussions: tuple[Repercussion, ...]
    """Dans leur ordre; `main.py` les branche."""
