"""La recherche en français : ni les accents ni la casse ne comptent (CAT-8)."""

import unicodedata


def plier(texte: str) -> str:
    """« Périphérique ŒIL » devient « peripherique oeil »."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    sans_accents = "".join(c for c in decompose if not unicodedata.combining(c))
    return sans_accents.replace("œ", "oe").replace("æ", "ae")


def motifs(texte: str) -> list[str] | None:
    """Un motif LIKE par mot, tous à trouver, le plus long d'abord; rien s'il n'y a aucun mot."""
    neutre = plier(texte).translate({ord(c): f"\\{c}" for c in "\\%_"})
    return [f"%{mot}%" for mot in sorted(neutre.split(), key=len, reverse=True)] or None
