"""Reconnaître une pièce à son contenu : ni son nom, ni ce qu'en dit l'appelant n'y comptent."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final

from facturation.contestations.domaine.pieces import GenrePiece


def genre_de(contenu: bytes) -> GenrePiece | None:
    """Ce qu'est un contenu; rien s'il n'est d'aucun genre permis."""
    return next((genre for genre, est in _SIGNES if est(contenu)), None)


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
