"""La recherche en français : ni les accents ni la casse ne comptent (CAT-8)."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Text, all_, and_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import Grouping


def plier(texte: str) -> str:
    """« Périphérique ŒIL » devient « peripherique oeil »."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    sans_accents = "".join(c for c in decompose if not unicodedata.combining(c))
    return sans_accents.replace("œ", "oe").replace("æ", "ae")


def motifs(texte: str) -> list[str] | None:
    """Un motif LIKE par mot, tous à trouver, le plus long d'abord; rien s'il n'y a aucun mot."""
    neutre = plier(texte).translate({ord(c): f"\\{c}" for c in "\\%_"})
    return [f"%{mot}%" for mot in sorted(neutre.split(), key=len, reverse=True)] or None


def tous_les_mots(colonne: ColumnElement[Any], nom: str = "mots") -> ColumnElement[bool]:
    """La colonne, déjà pliée, contient tous les motifs du paramètre `nom`."""
    mots = bindparam(nom, type_=ARRAY(Text))
    # Le premier mot passe par l'index; « tous » n'en sert aucun.
    return and_(colonne.like(Grouping(mots)[1]), colonne.like(all_(mots)))
