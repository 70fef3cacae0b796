"""Les pièces d'une contestation : bornées, reconnues à leur contenu, nommées par leur empreinte."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
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


def reconnaitre(contenu: bytes) -> GenrePiece:
    """Ce qu'est un contenu, quel que soit son nom.

    Lève `Conflit` (FAC-8) s'il est vide, trop gros, ou d'aucun genre permis.
    """
    if not contenu:
        raise Conflit("La pièce est vide.", regle="FAC-8")
    if len(contenu) > OCTETS_MAX:
        raise Conflit(
            f"La pièce pèse {len(contenu)} octets, et le maximum est de {OCTETS_MAX}.",
            regle="FAC-8",
            details={"octets_max": OCTETS_MAX},
        )
    for genre, est in _SIGNES:
        if est(contenu):
            return genre
    permis = ", ".join(genre.name for genre in GenrePiece)
    raise Conflit(
        f"Le contenu de la pièce n'est pas d'un genre permis : {permis}.",
        regle="FAC-8",
        details={"genres": [genre.value for genre in GenrePiece]},
    )


def _est_xlsx(contenu: bytes) -> bool:
    """Vrai d'un classeur sans macro; rien n'en est décompressé."""
    if not contenu.startswith(b"PK\x03\x04"):
        return False
    try:
        noms = set(zipfile.ZipFile(io.BytesIO(contenu)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    macros = any(nom.lower().endswith("vbaproject.bin") for nom in noms)
    return {"[Content_Types].xml", "xl/workbook.xml"} <= noms and not macros


_COMMANDES: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _est_csv(contenu: bytes) -> bool:
    """Vrai d'un texte en colonnes, en UTF-8 ou tel qu'Excel l'écrit; jamais du HTML ni du XML."""
    try:
        texte = contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            texte = contenu.decode("windows-1252")
        except UnicodeDecodeError:
            return False
    en_colonnes = any(separateur in texte for separateur in ";,\t")
    return en_colonnes and not _COMMANDES.search(texte) and not texte.lstrip().startswith("<")


def _commence(signe: bytes) -> Callable[[bytes], bool]:
    return lambda contenu: contenu.startswith(signe)


_SIGNES: Final[tuple[tuple[GenrePiece, Callable[[bytes], bool]], ...]] = (
    (GenrePiece.PDF, _commence(b"%PDF-")),
    (GenrePiece.PNG, _commence(b"\x89PNG\r\n\x1a\n")),
    (GenrePiece.JPEG, _commence(b"\xff\xd8\xff")),
    (GenrePiece.XLSX, _est_xlsx),
    (GenrePiece.CSV, _est_csv),
)
