"""Ce que nos polices savent dessiner : le reste se remplace, et cela se voit (FAC-10).

En PDF/UA, un caractère sans dessin est une erreur, non une boîte vide : un nom qu'on a accepté
rendrait un papier illisible pour toujours. Les polices sont livrées avec la trousse, et le
compositeur n'en emploie pas d'autre : ce qui est couvert ici se dessine partout.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

from pages.tableur import sans_invisibles

POLICES: Final = ("Open Sans", "Noto Sans Canadian Aboriginal", "DejaVu Sans")
"""Par préférence : l'alphabet latin, les syllabaires autochtones du Canada, tout le reste."""
DOSSIER: Final = Path(str(files("pages.papier").joinpath("polices")))
REMPLACANT: Final = "□"
_NOMBRE_DE_PLANS: Final = 17
_FAMILLE: Final = 1
"""Le rang du nom de famille dans la table des noms d'une police."""


def dessinable(texte: str) -> str:
    """Le même texte, en NFC, où « □ » remplace ce qu'aucune de nos polices ne dessine.

    Un caractère et ses signes combinants se dessinent d'une même police, ou pas du tout. Ce qui
    ne se voit pas disparaît; toute espace que les polices n'ont pas en devient une simple.
    """
    return "".join(map(_dessiner, _grappes(unicodedata.normalize("NFC", texte))))


def _grappes(texte: str) -> Iterator[str]:
    """Chaque caractère visible avec les signes combinants qui le suivent."""
    grappe = ""
    for caractere in sans_invisibles(texte):
        if grappe and not unicodedata.category(caractere).startswith("M"):
            yield grappe
            grappe = ""
        grappe += caractere
    if grappe:
        yield grappe


@cache
def _dessiner(grappe: str) -> str:
    if grappe == "\n":
        return grappe
    if grappe[0].isspace() and len(grappe) > 1:
        return _dessiner(grappe[0]) + REMPLACANT
    if unicodedata.category(grappe[0]).startswith("M"):
        return REMPLACANT
    formes = (set(map(ord, grappe)), set(map(ord, unicodedata.normalize("NFD", grappe))))
    if any(forme <= couverture for couverture in couvertures() for forme in formes):
        return grappe
    return " " if grappe.isspace() else REMPLACANT


@cache
def couvertures() -> tuple[frozenset[int], ...]:
    """Les points de code que dessine chaque famille, dans toutes les graisses que nous en avons."""
    par_famille: dict[str, frozenset[int]] = {}
    for chemin in sorted(DOSSIER.glob("*.ttf")):
        with TTFont(chemin, lazy=True) as police:
            famille = police["name"].getDebugName(_FAMILLE)
            points = frozenset(police.getBestCmap())
        par_famille[famille] = par_famille.get(famille, points) & points
    return tuple(par_famille[famille] - _SANS_DESSIN for famille in POLICES)


_SANS_DESSIN: Final = frozenset({*range(0x20), *range(0x7F, 0xA0), 0xFFFD, 0xFEFF}) | frozenset(
    point
    for plan in range(_NOMBRE_DE_PLANS)
    for point in (plan << 16 | 0xFFFE, plan << 16 | 0xFFFF)
)
"""Ce qu'une police peut nommer sans qu'un lecteur d'écran en tire rien."""
