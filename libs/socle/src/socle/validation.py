"""Ce que pydantic reproche à une entrée, dit en français."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

_TYPES: Final[Mapping[str, str]] = {
    "Le JSON est mal formé.": "json_invalid",
    "Un texte JSON est attendu.": "json_type",
    "Ce champ est requis.": "missing union_tag_not_found",
    "Ce champ n'est pas connu.": "extra_forbidden",
    "Un objet est attendu.": "model_type model_attributes_type dict_type mapping_type",
    "Une liste est attendue.": "list_type tuple_type set_type iterable_type",
    "La valeur doit être supérieure à {gt}.": "greater_than",
    "La valeur doit être au moins {ge}.": "greater_than_equal",
    "La valeur doit être inférieure à {lt}.": "less_than",
    "La valeur doit être au plus {le}.": "less_than_equal",
    "La valeur doit être un multiple de {multiple_of}.": "multiple_of",
    "Un nombre fini est attendu.": "finite_number",
    "Nombre d'éléments : au moins {min_length}.": "too_short",
    "Nombre d'éléments : au plus {max_length}.": "too_long",
    "Un texte est attendu.": "string_type",
    "Le texte n'est pas de l'Unicode valide.": "string_unicode",
    "Nombre de caractères : au moins {min_length}.": "string_too_short",
    "Nombre de caractères : au plus {max_length}.": "string_too_long",
    "Le texte n'a pas la forme attendue.": "string_pattern_mismatch",
    "Valeurs permises : {expected}.": "enum literal_error union_tag_invalid",
    "Vrai ou faux est attendu.": "bool_type bool_parsing",
    "Un entier est attendu.": "int_type int_parsing int_from_float",
    "L'entier est trop grand.": "int_parsing_size",
    "Un nombre est attendu.": "float_type float_parsing",
    "Un nombre décimal est attendu, en texte.": "decimal_type decimal_parsing",
    "Nombre de chiffres : au plus {max_digits}.": "decimal_max_digits",
    "Nombre de décimales : au plus {decimal_places}.": "decimal_max_places",
    "Nombre de chiffres avant la virgule : au plus {whole_digits}.": "decimal_whole_digits",
    "Une date (aaaa-mm-jj) est attendue.": "date_type date_parsing date_from_datetime_parsing",
    "Une date sans heure est attendue.": "date_from_datetime_inexact",
    "Une heure (hh:mm) est attendue.": "time_type time_parsing",
    "Un instant avec son fuseau est attendu.": (
        "datetime_type datetime_parsing datetime_from_date_parsing"
    ),
    "Cet instant n'existe pas.": "datetime_object_invalid",
    "L'instant doit être sans fuseau.": "timezone_naive",
    "L'instant doit porter son fuseau horaire.": "timezone_aware",
    "Un identifiant (UUID) est attendu.": "uuid_type uuid_parsing",
    "Cet identifiant n'est pas de la version attendue.": "uuid_version",
    "Une adresse web est attendue.": "url_type url_parsing",
    "L'adresse web est mal formée.": "url_syntax_violation",
    "L'adresse web est trop longue.": "url_too_long",
    "Ce protocole n'est pas permis.": "url_scheme",
    "Il faut au plus {max_length} octets.": "bytes_too_long",
    "Il faut au moins {min_length} octets.": "bytes_too_short",
}
"""Chaque message, et les types d'erreur de pydantic qui le méritent."""

MESSAGES: Final[Mapping[str, str]] = {
    genre: message for message, genres in _TYPES.items() for genre in genres.split()
}
"""Les types d'erreur de pydantic qu'une entrée JSON peut donner."""

PROPRES: Final[Mapping[str, str]] = {
    "cle_repetee": "La clé « {cle} » est répétée.",
    "json_mal_forme": "Le JSON est mal formé, au caractère {position}.",
    "parametre_inconnu": "Cette adresse ne connaît pas ce paramètre.",
    "parametre_repete": "Ce paramètre ne se donne qu'une fois.",
}
"""Ce que le socle lui-même reproche à une requête."""

_CITE: Final = re.compile(r"'(\w+)'")
_PAR_DEFAUT: Final = "La valeur n'est pas conforme."


LIEUX: Final[Mapping[object, str]] = {
    "body": "corps",
    "path": "chemin",
    "query": "requete",
    "header": "entete",
}
"""D'où vient un champ, pour FastAPI et pour nous."""

MOTIF: Final = "string_pattern_mismatch"
"""La faute d'un texte dont la forme est dite par un motif : un exemple la montre mieux."""


def fautes_en_francais(
    erreurs: Sequence[Mapping[str, Any]], exemples: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Traduit les erreurs de validation; ne redit jamais la valeur reçue.

    `exemples` donne, d'un motif, un texte qui le suit.
    """
    return [
        {"champ": champ_en_francais(_lieu(erreur)), "faute": _message(erreur, exemples or {})}
        for erreur in erreurs[:50]
    ]


def _lieu(erreur: Mapping[str, Any]) -> Sequence[str | int]:
    """Le lieu d'une faute; celui d'un genre inconnu ou absent est le champ qui le dit."""
    lieu: Sequence[str | int] = erreur["loc"]
    # pydantic cite le nom d'un champ; celui d'une fonction, qui n'est le lieu de rien, non.
    if dit := _CITE.fullmatch((erreur.get("ctx") or {}).get("discriminator", "")):
        return (*(lieu or ("body",)), dit[1])
    return lieu


def champ_en_francais(lieu: Sequence[str | int]) -> str:
    """Le chemin d'un champ : « corps.articles[0].produit », « requete.limite »."""
    premier, *parties = lieu or ("body",)
    chemin = LIEUX.get(premier, str(premier))
    for partie in parties:
        chemin += f"[{partie}]" if isinstance(partie, int) else f".{partie}"
    return chemin


def _message(erreur: Mapping[str, Any], exemples: Mapping[str, str]) -> str:
    contexte = dict(erreur.get("ctx") or {})
    if erreur["type"] == "value_error" and isinstance(contexte.get("error"), ValueError):
        return str(contexte["error"])
    if erreur["type"] == MOTIF and (exemple := exemples.get(contexte.get("pattern", ""))):
        return f"Le texte n'a pas la forme attendue : écrivez-le comme « {exemple} »."
    if isinstance(permises := contexte.get("expected"), str):
        contexte["expected"] = permises.replace(" or ", " ou ")
    if isinstance(genres := contexte.get("expected_tags"), str):
        contexte["expected"] = " ou ".join(genres.rsplit(", ", 1))
    message = MESSAGES.get(erreur["type"]) or PROPRES.get(erreur["type"], _PAR_DEFAUT)
    # Un contexte incomplet ne doit pas faire échouer le message.
    return message.format_map(defaultdict(lambda: "?", contexte))
