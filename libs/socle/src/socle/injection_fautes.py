"""Les points nommés où une faute peut frapper; ne coûte rien quand personne n'écoute."""

from collections.abc import Callable
from typing import Final

POINTS: Final = (
    "avant_commit",
    "apres_commit",
    "avant_envoi",
    "apres_envoi",
    "entre_lots",
    "milieu_de_lot",
    "avant_position",
    "pendant_migration",
    "reequilibrage",
)

_piege: Callable[[str], None] | None = None


def point(nom: str) -> None:
    """Marque un point du programme; sans piège posé, ne fait rien."""
    if _piege is not None:
        _piege(nom)


def poser_piege(piege: Callable[[str], None] | None) -> None:
    """Pose ou retire le piège (essais de fautes seulement)."""
    global _piege  # noqa: PLW0603 -- un seul crochet par processus, nul en production
    _piege = piege
