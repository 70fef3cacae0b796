"""La seule écriture d'une valeur : ce que pydantic devinerait se refuse à la porte.

Il lit « 1_000 » et « １４７ » comme des nombres, 0 comme faux, « 1795655464 » comme une date.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin
from uuid import UUID

from pydantic_core import CoreSchema, core_schema

_UUID: Final = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ENTIER: Final = r"-?[0-9]{1,40}"
_LOGIQUE: Final = "true|false"
_JOUR: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*"

ECRITURES: Final = {
    int: (re.compile(_ENTIER), "int_parsing"),
    bool: (re.compile(_LOGIQUE), "bool_parsing"),
    UUID: (re.compile(_UUID), "uuid_parsing"),
    date: (re.compile(_JOUR), "date_parsing"),
    datetime: (re.compile(_INSTANT), "datetime_parsing"),
}
"""Ce qu'un paramètre, toujours un texte, doit écrire; et la faute, au nom de pydantic."""

_UN_UUID: Final = re.compile(_UUID)
_HORS: Final = frozenset({"metadata", "default", "serialization", "config"})
_DES_NOMBRES: Final = frozenset({"int", "float", "bool"})


def faute_de_forme(annotation: object, texte: str) -> str | None:
    """Le type d'erreur de pydantic si le texte n'écrit aucun des types permis; rien s'il convient.

    Un texte libre, un code ou une énumération n'a pas d'écriture à part : leurs champs jugent.
    """
    permis = list(_types(annotation))
    if not permis or not all(t in ECRITURES for t in permis):
        return None
    ecritures = [ECRITURES[t] for t in permis]
    suivie = any(motif.fullmatch(texte) for motif, _ in ecritures)
    return None if suivie else ecritures[0][1]


def _types(annotation: object) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _types(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [t for partie in get_args(annotation) for t in _types(partie)]
    return [] if annotation is type(None) else [annotation]


def resserrer(schema: CoreSchema) -> None:
    """Rend stricts, sur place, les nombres, les vrai ou faux, les décimaux et les UUID d'un schéma.

    Un entier n'est qu'un entier JSON; un décimal, un texte en chiffres; un UUID, sa forme à tirets.
    Les jours et les instants ont leurs champs.
    """
    _descendre(cast("dict[str, Any]", schema))


def _descendre(noeud: dict[str, Any]) -> None:
    # Le schéma d'une classe sert de nouveau à chaque classe qui la contient.
    if noeud.get("type") == "function-before" and noeud["function"]["function"] in _LECTEURS:
        return
    est_schema = isinstance(noeud.get("type"), str)
    for nom, partie in noeud.items():
        if est_schema and nom in _HORS:
            continue
        if isinstance(partie, dict):
            _descendre(partie)
        elif isinstance(partie, list | tuple):
            for element in partie:
                if isinstance(element, dict):
                    _descendre(element)
    if est_schema:
        _serrer(noeud)


def _serrer(noeud: dict[str, Any]) -> None:
    if noeud["type"] in _DES_NOMBRES:
        noeud["strict"] = True
    elif noeud["type"] == "uuid":
        _envelopper(noeud, _lire_uuid)
    elif noeud["type"] == "decimal":
        _envelopper(noeud, _lire_decimal, _ecriture(noeud))


def _envelopper(
    noeud: dict[str, Any],
    verifier: Callable[[object], object],
    ecrit: CoreSchema | None = None,
) -> None:
    interne = dict(noeud)
    enveloppe = core_schema.no_info_before_validator_function(
        verifier, cast("CoreSchema", interne), json_schema_input_schema=ecrit
    )
    noeud.clear()
    noeud.update(enveloppe)


def _lire_uuid(valeur: object) -> object:
    if isinstance(valeur, UUID) or (isinstance(valeur, str) and _UN_UUID.fullmatch(valeur)):
        return valeur
    raise ValueError("Un identifiant (UUID) est attendu.")


_UN_DECIMAL: Final = re.compile(r"(?!-0+(\.0+)?$)-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def _lire_decimal(valeur: object) -> object:
    if isinstance(valeur, Decimal) or (isinstance(valeur, str) and _UN_DECIMAL.fullmatch(valeur)):
        return valeur
    raise ValueError("Un nombre décimal est attendu, en texte : « 147.00 ».")


_LECTEURS: Final = (_lire_uuid, _lire_decimal)


def _ecriture(noeud: dict[str, Any]) -> CoreSchema:
    """Ce que le document promet d'un décimal : un texte, son signe, ses chiffres."""
    decimales = noeud.get("decimal_places", 6)
    entiers = noeud.get("max_digits", 16) - decimales - 1
    positif = any(noeud.get(borne, -1) >= 0 for borne in ("ge", "gt"))
    signe = "" if positif else "-?"
    fraction = rf"(\.[0-9]{{1,{decimales}}})?" if decimales else ""
    return core_schema.str_schema(
        pattern=rf"^{signe}(0|[1-9][0-9]{{0,{max(entiers, 0)}}}){fraction}$",
        metadata={"pydantic_js_updates": {"examples": ["0.5" if decimales else "1"]}},
    )
