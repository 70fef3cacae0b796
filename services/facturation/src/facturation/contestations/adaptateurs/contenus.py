"""Reconnaître une pièce à son contenu : ni son nom, ni ce qu'en dit l'appelant n'y comptent."""

import re
from collections.abc import Callable
from typing import Final

from facturation.contestations.adaptateurs.classeurs import est_classeur
from facturation.contestations.adaptateurs.images import est_jpeg, est_png
from facturation.contestations.adaptateurs.imprimes import est_imprime
from facturation.contestations.domaine.pieces import GenrePiece


def genre_de(contenu: bytes) -> GenrePiece | None:
    """Ce qu'est un contenu; rien s'il n'est d'aucun genre permis, ou s'il agit.

    Son début ne le rend que d'un genre : un PDF refusé n'est pas un CSV.
    """
    for signe, genre, est in _SIGNES:
        if contenu.startswith(signe):
            return genre if est(contenu) else None
    return GenrePiece.CSV if _est_csv(contenu) else None


_COMMANDES: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AILLEURS: Final = ("%PDF-", "PK\x05\x06")
"""Ce qu'un autre logiciel reconnaîtrait plus loin dans le texte."""


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
    autre = _COMMANDES.search(texte) or any(signe in texte for signe in _AILLEURS)
    return en_colonnes and not autre and not texte.lstrip().startswith("<")


_SIGNES: Final[tuple[tuple[bytes, GenrePiece, Callable[[bytes], bool]], ...]] = (
    (b"%PDF-", GenrePiece.PDF, est_imprime),
    (b"\x89PNG", GenrePiece.PNG, est_png),
    (b"\xff\xd8", GenrePiece.JPEG, est_jpeg),
    (b"PK", GenrePiece.XLSX, est_classeur),
)
