"""Un CSV qu'un tableur réglé pour le Québec ouvre sans assistant.

UTF-8 avec BOM, séparateur « ; », décimales à la virgule, dates ISO 8601.
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import AsyncIterator, Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from noyau import Montant

MARQUE: Final = codecs.BOM_UTF8
SEPARATEUR: Final = ";"
# Les formes pleine chasse commencent aussi une formule, selon la langue du tableur.
_FORMULES: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def entete(colonnes: Iterable[str]) -> bytes:
    """Ce qui commence tout CSV : la marque d'UTF-8 et le nom des colonnes."""
    return MARQUE + ecrire([colonnes])


def ecrire(rangees: Iterable[Iterable[str]]) -> bytes:
    """Ces rangées de cellules déjà écrites."""
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=SEPARATEUR, lineterminator="\r\n").writerows(rangees)
    return tampon.getvalue().encode()


async def diffuser(
    colonnes: Iterable[str], lots: AsyncIterator[Iterable[Iterable[object]]]
) -> AsyncIterator[bytes]:
    """Un CSV, lot de rangées par lot : jamais tout entier en mémoire."""
    yield entete(colonnes)
    async for lot in lots:
        yield ecrire(map(cellule, rangee) for rangee in lot)


def cellule(valeur: object) -> str:
    """Une valeur telle qu'une cellule l'écrit : rien pour None, un texte neutralisé."""
    match valeur:
        case None:
            return ""
        case bool():
            return "oui" if valeur else "non"
        case int() | Decimal() | Montant():
            return str(valeur).replace(".", ",")
        case date():
            return valeur.isoformat()
        case _:
            return neutraliser(str(valeur))


def neutraliser(texte: str) -> str:
    """Un texte sans invisibles; qu'un tableur prendrait pour une formule, après une apostrophe."""
    vu = sans_invisibles(texte)
    return f"'{vu}" if vu.startswith(_FORMULES) else vu


def sans_invisibles(texte: str) -> str:
    """Le même texte, sans ce qui ne se voit pas : sens d'écriture, espaces nulles (FAC-10).

    Un nom qui en porte pourrait faire lire un montant à l'envers, ou cacher le début d'une formule
    à qui la neutralise.
    """
    return texte if texte.isascii() else "".join(filter(_visible, texte))


def _visible(caractere: str) -> bool:
    variante = "\ufe00" <= caractere <= "\ufe0f" or "\U000e0100" <= caractere <= "\U000e01ef"
    return not variante and unicodedata.category(caractere) != "Cf"
