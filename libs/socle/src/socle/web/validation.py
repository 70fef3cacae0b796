"""Ce que pydantic reproche à une entrée, dit en français."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

MESSAGES: Final[Mapping[str, str]] = {
    "json_invalid": "Le JSON est mal formé.",
    "json_type": "Un texte JSON est attendu.",
    "missing": "Ce champ est requis.",
    "extra_forbidden": "Ce champ n'est pas connu.",
    "model_type": "Un objet est attendu.",
    "model_attributes_type": "Un objet est attendu.",
    "dict_type": "Un objet est attendu.",
    "mapping_type": "Un objet est attendu.",
    "list_type": "Une liste est attendue.",
    "tuple_type": "Une liste est attendue.",
    "set_type": "Une liste est attendue.",
    "iterable_type": "Une liste est attendue.",
    "greater_than": "La valeur doit être supérieure à {gt}.",
    "greater_than_equal": "La valeur doit être au moins {ge}.",
    "less_than": "La valeur doit être inférieure à {lt}.",
    "less_than_equal": "La valeur doit être au plus {le}.",
    "multiple_of": "La valeur doit être un multiple de {multiple_of}.",
    "finite_number": "Un nombre fini est attendu.",
    "too_short": "Nombre d'éléments : au moins {min_length}.",
    "too_long": "Nombre d'éléments : au plus {max_length}.",
    "string_type": "Un texte est attendu.",
    "string_unicode": "Le texte n'est pas de l'Unicode valide.",
    "string_too_short": "Nombre de caractères : au moins {min_length}.",
    "string_too_long": "Nombre de caractères : au plus {max_length}.",
    "string_pattern_mismatch": "Le texte n'a pas la forme attendue.",
    "enum": "Valeurs permises : {expected}.",
    "literal_error": "Valeurs permises : {expected}.",
    "union_tag_invalid": "Ce genre n'est pas permis.",
    "union_tag_not_found": "Le genre n'est pas dit.",
    "bool_type": "Vrai ou faux est attendu.",
    "bool_parsing": "Vrai ou faux est attendu.",
    "int_type": "Un entier est attendu.",
    "int_parsing": "Un entier est attendu.",
    "int_parsing_size": "L'entier est trop grand.",
    "int_from_float": "Un entier est attendu.",
    "float_type": "Un nombre est attendu.",
    "float_parsing": "Un nombre est attendu.",
    "decimal_type": "Un nombre décimal est attendu, en texte.",
    "decimal_parsing": "Un nombre décimal est attendu, en texte.",
    "decimal_max_digits": "Nombre de chiffres : au plus {max_digits}.",
    "decimal_max_places": "Nombre de décimales : au plus {decimal_places}.",
    "decimal_whole_digits": "Nombre de chiffres avant la virgule : au plus {whole_digits}.",
    "date_type": "Une date (aaaa-mm-jj) est attendue.",
    "date_parsing": "Une date (aaaa-mm-jj) est attendue.",
    "date_from_datetime_parsing": "Une date (aaaa-mm-jj) est attendue.",
    "date_from_datetime_inexact": "Une date sans heure est attendue.",
    "time_type": "Une heure (hh:mm) est attendue.",
    "time_parsing": "Une heure (hh:mm) est attendue.",
    "datetime_type": "Un instant avec son fuseau est attendu.",
    "datetime_parsing": "Un instant avec son fuseau est attendu.",
    "datetime_from_date_parsing": "Un instant avec son fuseau est attendu.",
    "datetime_object_invalid": "Cet instant n'existe pas.",
    "timezone_naive": "L'instant doit être sans fuseau.",
    "timezone_aware": "L'instant doit porter son fuseau horaire.",
    "uuid_type": "Un identifiant (UUID) est attendu.",
    "uuid_parsing": "Un identifiant (UUID) est attendu.",
    "uuid_version": "Cet identifiant n'est pas de la version attendue.",
    "url_type": "Une adresse web est attendue.",
    "url_parsing": "Une adresse web est attendue.",
    "url_syntax_violation": "L'adresse web est mal formée.",
    "url_too_long": "L'adresse web est trop longue.",
    "url_scheme": "Ce protocole n'est pas permis.",
    "bytes_too_long": "Il faut au plus {max_length} octets.",
    "bytes_too_short": "Il faut au moins {min_length} octets.",
}
"""Les types d'erreur de pydantic qu'une entrée JSON peut donner."""

_PAR_DEFAUT: Final = "La valeur n'est pas conforme."


def fautes_en_francais(erreurs: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Traduit les erreurs de validation; ne redit jamais la valeur reçue."""
    return [
        {"champ": ".".join(str(partie) for partie in erreur["loc"]), "faute": _message(erreur)}
        for erreur in erreurs[:50]
    ]


def _message(erreur: Mapping[str, Any]) -> str:
    contexte = dict(erreur.get("ctx") or {})
    if erreur["type"] == "value_error" and isinstance(contexte.get("error"), ValueError):
        return str(contexte["error"])
    return MESSAGES.get(erreur["type"], _PAR_DEFAUT).format_map(_Contexte(contexte))


class _Contexte(dict[str, Any]):
    """Un contexte incomplet ne doit pas faire échouer le message; « or » anglais devient « ou »."""

    def __missing__(self, cle: str) -> str:
        return "?"

    def __getitem__(self, cle: str) -> Any:  # noqa: ANN401 -- valeurs hétérogènes de pydantic
        valeur = super().__getitem__(cle)
        return (
            valeur.replace(" or ", " ou ")
            if cle == "expected" and isinstance(valeur, str)
            else valeur
        )
