"""Les codes que tout le programme partage : qui est l'organisme, où se dit un fait."""

import re
from typing import Final

MOTIF_ORGANISME: Final = r"^[A-Z0-9][A-Z0-9-]{1,19}$"
"""Le code d'un organisme (DEM-8), en expression régulière; il ne change jamais."""

MOTIF_CODE: Final = r"^[a-z][a-z0-9_]{0,59}$"
"""Un code ouvert : sorte, gamme, unité, statut, nom d'un fait."""

MOTIF_CODE_FICHE: Final = r"^[A-Z0-9][A-Z0-9-]{0,39}$"
"""Le code d'une fiche de service, d'un tarif ou d'un indicateur."""

MOTIF_CONDITION: Final = r"^[a-z0-9_]{1,20}$"
"""Le code d'une condition d'un indicateur."""

_ORGANISME: Final = re.compile(MOTIF_ORGANISME)


def est_code_organisme(texte: str) -> bool:
    """Vrai pour un code d'organisme bien formé, qu'il soit inscrit ou non."""
    return _ORGANISME.fullmatch(texte) is not None


def sujet_de(producteur: str) -> str:
    """Le sujet du bus où un service publie (ASCII)."""
    return f"sbg.{producteur}.v1"
