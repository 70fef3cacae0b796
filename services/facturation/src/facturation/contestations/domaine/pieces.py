"""Les pièces d'une contestation : bornées, reconnues à leur contenu, nommées par leur empreinte."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from noyau import Conflit

OCTETS_MAX: Final = 700_000
"""Ce que pèse une pièce, décodée."""
PIECES_MAX: Final = 10
"""Les pièces d'une même contestation."""


class GenrePiece(StrEnum):
    """Ce qu'une pièce peut être; de chacun, son type de contenu."""

    media: str

    def __new__(cls, code: str, media: str) -> Self:
        genre = str.__new__(cls, code)
        genre._value_ = code
        genre.media = media
        return genre

    PDF = ("pdf", "application/pdf")
    PNG = ("png", "image/png")
    JPEG = ("jpg", "image/jpeg")
    XLSX = ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    CSV = ("csv", "text/csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Une pièce versée au dossier d'une contestation; elle ne change plus."""

    contestation_id: UUID
    organisme: str
    empreinte: str
    """SHA-256 du contenu (hexadécimal)."""
    nom: str
    genre: GenrePiece
    taille: int
    """En octets."""
    versee_le: datetime
    versee_par: str

    @property
    def fichier(self) -> str:
        """Son nom, sans chemin, sous l'extension de ce qu'elle est."""
        court = re.split(r"[\\/]", self.nom)[-1]
        tronc = court.rpartition(".")[0] or court
        return f"{tronc}.{self.genre}"


def empreinte_de(contenu: bytes) -> str:
    """L'identité d'un contenu."""
    return hashlib.sha256(contenu).hexdigest()


def exiger_place(versees: int) -> None:
    """Lève `Conflit` (FAC-8) si la contestation a déjà toutes ses pièces."""
    if versees >= PIECES_MAX:
        raise Conflit(f"Une contestation porte au plus {PIECES_MAX} pièces.", regle="FAC-8")


def exiger_permise(taille: int, genre: GenrePiece | None) -> GenrePiece:
    """Le genre d'une pièce de cette taille (octets), reconnu à son contenu.

    Lève `Conflit` (FAC-8) si elle est vide, trop grosse, ou d'aucun genre permis.
    """
    if not taille:
        raise Conflit("La pièce est vide.", regle="FAC-8")
    if taille > OCTETS_MAX:
        raise Conflit(
            f"La pièce pèse {taille} octets, et le maximum est de {OCTETS_MAX}.",
            regle="FAC-8",
            details={"octets_max": OCTETS_MAX},
        )
    if genre is None:
        permis = ", ".join(genre.name for genre in GenrePiece)
        raise Conflit(
            f"Le contenu de la pièce n'est pas d'un genre permis : {permis}.",
            regle="FAC-8",
            details={"genres": [genre.value for genre in GenrePiece]},
        )
    return genre
