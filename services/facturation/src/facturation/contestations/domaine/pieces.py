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
OCTETS_ORGANISME_MAX: Final = 200_000_000
"""Ce que pèsent ensemble les pièces d'un organisme."""

_INTERDITS: Final = re.compile(r'[<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""Ce que Windows ne permet pas dans un nom, et ce qui en retourne l'affichage."""
_RESERVES: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
"""Les périphériques de Windows, quelle que soit l'extension."""


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
    """Une pièce versée au dossier d'une contestation; elle ne change plus, sinon détruite."""

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
    detruite_le: datetime | None = None
    """Détruite, elle n'a plus ni contenu ni nom; son empreinte et sa taille restent."""
    detruite_par: str | None = None
    detruite_motif: str | None = None

    @property
    def fichier(self) -> str:
        """Son nom, sans chemin, sous l'extension de ce qu'elle est."""
        court = _INTERDITS.sub("_", re.split(r"[\\/]", self.nom)[-1]).strip(". ")
        tronc = (court.rpartition(".")[0] or court).rstrip(". ") or "piece"
        return f"{'_' if _RESERVES.match(tronc) else ''}{tronc}.{self.genre}"


def empreinte_de(contenu: bytes) -> str:
    """L'identité d'un contenu."""
    return hashlib.sha256(contenu).hexdigest()


def exiger_nom(nom: str) -> None:
    """Lève `Conflit` (FAC-8) si le nom d'une pièce remonte un dossier, ou n'en nomme aucune."""
    segments = [segment.strip() for segment in re.split(r"[\\/]", nom)]
    if ".." in segments or not segments[-1].strip(". "):
        raise Conflit("Le nom de la pièce ne nomme pas un fichier.", regle="FAC-8")


def exiger_place(versees: int, octets: int, taille: int) -> None:
    """Lève `Conflit` (FAC-8) si la contestation a ses pièces, ou l'organisme ses octets."""
    if versees >= PIECES_MAX:
        raise Conflit(f"Une contestation porte au plus {PIECES_MAX} pièces.", regle="FAC-8")
    if octets + taille > OCTETS_ORGANISME_MAX:
        raise Conflit(
            f"Les pièces d'un organisme pèsent au plus {OCTETS_ORGANISME_MAX} octets.",
            regle="FAC-8",
            details={"octets_organisme_max": OCTETS_ORGANISME_MAX, "octets_verses": octets},
        )


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
            f"Le contenu de la pièce n'est pas d'un genre permis : {permis}; ou il est incomplet,"
            " protégé, ou porte un script, une macro, un lien ou un fichier joint.",
            regle="FAC-8",
            details={"genres": [genre.value for genre in GenrePiece]},
        )
    return genre
