"""Les curseurs : où reprend une liste, dit par les clés du dernier élément montré."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zlib import crc32

import orjson
from sqlalchemy import BigInteger, ColumnElement, SmallInteger
from sqlalchemy.types import TypeDecorator, TypeEngine

from noyau import en_utc
from socle.bd.instructions import DIALECTE, type_garde

_LECTEURS: Final[Mapping[type, Any]] = {
    UUID: UUID,
    datetime: lambda texte: en_utc(datetime.fromisoformat(texte)),
    date: date.fromisoformat,
    Decimal: Decimal,
    int: int,
    str: str,
}


class CurseurIllisible(Exception):
    """Le curseur n'est pas un de ceux que rend cette liste."""


def type_de_cle(cle: ColumnElement[Any]) -> TypeEngine[Any]:
    """Le type que tient la base sous une clé.

    Lève `TypeError` si un curseur ne saurait le relire.
    """
    garde = type_garde(cle)
    if garde.python_type not in _LECTEURS:
        raise TypeError(f"Un curseur ne sait pas relire la clé {cle} ({garde}).")
    return garde


def ecrire_curseur(cles: Sequence[ColumnElement[Any]], valeurs: Sequence[object]) -> str:
    """Le curseur qui reprend après la ligne de ces clés."""
    textes = [_liste(cles), *(str(_gardee(c, v)) for c, v in zip(cles, valeurs, strict=True))]
    return base64.urlsafe_b64encode(orjson.dumps(textes)).decode().rstrip("=")


def _liste(cles: Sequence[ColumnElement[Any]]) -> str:
    """Ce qui distingue une liste d'une autre : le curseur de l'une ne dit rien à l'autre."""
    return f"{crc32(' '.join(map(str, cles)).encode()):x}"


def _gardee(cle: ColumnElement[Any], valeur: object) -> object:
    if isinstance(cle.type, TypeDecorator):
        return cle.type.process_bind_param(valeur, DIALECTE)
    return valeur


def lire_curseur(curseur: str, cles: Sequence[ColumnElement[Any]]) -> list[object]:
    """Les valeurs de clés que dit un curseur, telles que la base les tient.

    Lève `CurseurIllisible`.
    """
    try:
        brut = orjson.loads(base64.urlsafe_b64decode(curseur + "=" * (-len(curseur) % 4)))
        if not all(isinstance(texte, str) and "\0" not in texte for texte in brut):
            raise CurseurIllisible
        liste, *textes = brut
        if liste != _liste(cles):
            raise CurseurIllisible
        return [_valeur(type_de_cle(cle), texte) for cle, texte in zip(cles, textes, strict=True)]
    except (ValueError, TypeError, ArithmeticError, binascii.Error) as erreur:
        raise CurseurIllisible from erreur


def _valeur(garde: TypeEngine[Any], texte: str) -> object:
    """La valeur d'une clé; lève `ValueError` si sa colonne ne pourrait la tenir."""
    valeur: object = _LECTEURS[garde.python_type](texte)
    bits = 63 if isinstance(garde, BigInteger) else 15 if isinstance(garde, SmallInteger) else 31
    if isinstance(valeur, int) and not -(2**bits) <= valeur < 2**bits:
        raise ValueError
    return valeur
