"""Écrire une page de liste en JSON : validée, ou telle que la base la rend si rien n'y change."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from pydantic_core import to_json

from socle.web.modeles import Liste

_SIMPLES: Final = frozenset(
    {"str", "int", "bool", "uuid", "datetime", "date", "decimal", "enum", "literal"}
)


def page_json(
    forme: type[Liste[Any]], elements: Sequence[Any], suivant: str | None, colonnes: Sequence[str]
) -> bytes:
    """La page d'éléments déjà en forme, ou de lignes dont voici les colonnes.

    Une forme dont chaque champ est une colonne simple s'écrit sans se valider : ce que la base
    rend est déjà ce qu'elle dit, et la valider coûtait le tiers d'une liste.
    """
    if colonnes:
        noms = champs_simples(forme)
        if noms is not None and set(noms) <= set(colonnes):
            prendre = itemgetter(*(colonnes.index(nom) for nom in noms))
            lignes = [dict(zip(noms, prendre(ligne), strict=True)) for ligne in elements]
            return to_json({"elements": lignes, "suivant": suivant})
        elements = [dict(zip(colonnes, ligne, strict=True)) for ligne in elements]
    liste = forme.model_validate({"elements": elements, "suivant": suivant})
    return liste.__pydantic_serializer__.to_json(liste)


@lru_cache
def champs_simples(forme: type[Liste[Any]]) -> tuple[str, ...] | None:
    """Les champs de l'élément, si chacun se rend comme la base le tient; rien sinon."""
    liste: Any = forme.model_fields["elements"].annotation
    element = liste.__args__[0]
    schema: Mapping[str, Any] = element.__pydantic_core_schema__
    corps: Mapping[str, Any] = schema.get("schema", {})
    if corps.get("type") != "model-fields" or corps["computed_fields"] or _change(schema):
        return None
    champs: Mapping[str, Any] = corps["fields"]
    return tuple(champs) if all(map(_est_simple, champs.values())) else None


def _est_simple(champ: Mapping[str, Any]) -> bool:
    """Vrai d'un champ sous son nom, d'un type simple, nul ou non, que rien ne transforme."""
    schema, renomme = champ["schema"], "serialization_alias" in champ
    while not _change(schema) and schema["type"] in {"nullable", "default"}:
        schema = schema["schema"]
    return not (renomme or _change(schema)) and schema["type"] in _SIMPLES


def _change(schema: Mapping[str, Any]) -> bool:
    return "serialization" in schema
