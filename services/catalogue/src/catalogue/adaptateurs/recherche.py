"""Plier un texte : sans accents ni casse, pour le comparer (CAT-8)."""

import unicodedata


def plier(texte: str) -> str:
    """« Périphérique ŒIL » devient « peripherique oeil »."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    sans_accents = "".join(c for c in decompose if not unicodedata.combining(c))
    return sans_accents.replace("œ", "oe").replace("æ", "ae")
