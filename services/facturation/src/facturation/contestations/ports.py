"""Ce que les contestations demandent au monde."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from facturation.contestations.domaine.contestations import Contestation, Etat
from facturation.contestations.domaine.delais import Calendrier
from facturation.contestations.domaine.pieces import GenrePiece, Piece
from facturation.contestations.domaine.validations import Validation
from facturation.factures.domaine.credits import CrediterLignes
from facturation.factures.domaine.factures import Document
from facturation.factures.ports import Factures
from noyau import Acte, Resultat


class Contestations(Protocol):
    """Les contestations, leurs lignes et leur fil, qui ne fait que s'allonger."""

    async def ajouter(self, contestation: Contestation) -> None: ...

    async def charger(self, id_: UUID) -> Contestation:
        """Une contestation, verrouillée jusqu'au commit; lève `Introuvable`."""

    async def enregistrer(self, contestation: Contestation) -> None:
        """Garde le nouvel état, et ce qui s'ajoute au fil."""

    async def etats(self, numero: str) -> Mapping[int, Sequence[Etat]]:
        """Par rang contesté de ce document, l'état de chacune de ses contestations."""


class Pieces(Protocol):
    """Les pièces versées; elles ne changent que détruites, une fois."""

    async def trouver(self, contestation_id: UUID, empreinte: str) -> Piece | None: ...

    async def detruire(self, piece: Piece) -> None:
        """Efface son contenu et son nom; garde qui l'atteste, quand et pourquoi."""

    async def compter(self, contestation_id: UUID) -> int: ...

    async def peser(self, organisme: str) -> int:
        """Ce que pèsent, en octets, les pièces de l'organisme encore gardées."""

    async def ajouter(self, piece: Piece, contenu: bytes) -> None: ...


class Validations(Protocol):
    """Les validations de documents, immuables."""

    async def de(self, numero: str) -> Validation | None: ...

    async def ajouter(self, validation: Validation) -> None: ...


Crediter: TypeAlias = Callable[[CrediterLignes, Acte], Awaitable[Resultat[Document | None]]]
"""Ajuste les lignes et émet la note de crédit; rien s'il ne reste rien à rendre (FAC-13)."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des factures dont se fait une contestation."""

    contestations: Contestations
    pieces: Pieces
    validations: Validations
    factures: Factures
    crediter: Crediter
    calendrier: Calendrier
    genre_de: Callable[[bytes], GenrePiece | None]
    """Ce qu'est un contenu; rien s'il n'est d'aucun genre permis."""
