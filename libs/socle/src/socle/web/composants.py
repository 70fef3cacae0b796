"""Les composants d'un document OpenAPI : des noms distincts, et les seuls utiles.

Pydantic distingue ce qui entre de ce qui sort par « -Input » et « -Output », et donne aux deux le
même titre : un client engendré n'en garde qu'un, et perd les opérations de l'autre.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

REFERENCE: Final = "#/components/schemas/"
_DU_CADRE: Final = ("HTTPValidationError", "ValidationError")
_GENERIQUE: Final = re.compile(r"(\w+?)_(\w+)_")
_QUALIFIE: Final = re.compile(r"(?:[a-z]\w*?__)+([A-Z]\w*?)(?:__\d+)?")


def ajouter(
    document: dict[str, Any], type_: TypeAdapter[Any], mode: JsonSchemaMode
) -> dict[str, Any]:
    """Le schéma d'un type que nulle route ne déclare; ses définitions rejoignent les composants."""
    schema = type_.json_schema(mode=mode, ref_template=REFERENCE + "{model}")
    schemas = document["components"].setdefault("schemas", {})
    for nom, defini in schema.pop("$defs", {}).items():
        schemas.setdefault(nom, defini)
    return schema


def nommer(document: dict[str, Any]) -> None:
    """Donne à chaque composant un nom qui se suffit : `BorneIn`, `BorneOut`, `ListeProduitOut`.

    Les titres, que pydantic tire des noms, s'effacent : un client nommerait par eux. Les exemples
    des modèles aussi : chaque opération dit les siens.

    Lève `ValueError` si deux modèles prendraient le même nom.
    """
    schemas: dict[str, Any] = document["components"]["schemas"]
    for nom in _DU_CADRE:
        schemas.pop(nom, None)
    noms = {nom: _nom_simple(nom) for nom in schemas}
    if doubles := sorted(n for n in set(noms.values()) if list(noms.values()).count(n) > 1):
        raise ValueError(f"Deux modèles se nomment de même : {', '.join(doubles)}")
    for schema in schemas.values():
        schema.pop("examples", None)
    document["components"]["schemas"] = {
        noms[nom]: _sans_titre(schema) for nom, schema in sorted(schemas.items())
    }
    _renvoyer(document, lambda nom: noms.get(nom, nom))


def elaguer(document: dict[str, Any]) -> None:
    """Retire les composants partagés que rien n'atteint depuis une opération."""
    atteints = set[str]()
    a_suivre: list[Any] = [document["paths"]]
    while a_suivre:
        for _, cle, valeur in _textes(a_suivre.pop()):
            if cle == "$ref" and valeur not in atteints:
                atteints.add(valeur)
                sorte, nom = valeur.split("/")[2:]
                a_suivre.append(document["components"][sorte][nom])
    for sorte in ("headers", "responses", "schemas"):
        parties = document["components"][sorte]
        for nom in [n for n in parties if f"#/components/{sorte}/{n}" not in atteints]:
            del parties[nom]


def _nom_simple(nom: str) -> str:
    if nom.endswith(("-Input", "-Output")):
        return nom.replace("-Input", "In").replace("-Output", "Out")
    if generique := _GENERIQUE.fullmatch(nom):
        return generique[1] + generique[2]
    if qualifie := _QUALIFIE.fullmatch(nom):
        return qualifie[1].replace("_", "")
    return nom


def _sans_titre(noeud: Any) -> Any:  # noqa: ANN401 -- du JSON
    """Sans les titres; une propriété peut s'appeler « title »."""
    if isinstance(noeud, list):
        return [_sans_titre(membre) for membre in noeud]
    if not isinstance(noeud, dict):
        return noeud
    return {
        cle: {nom: _sans_titre(champ) for nom, champ in valeur.items()}
        if cle in {"properties", "$defs"}
        else _sans_titre(valeur)
        for cle, valeur in noeud.items()
        if not (cle == "title" and isinstance(valeur, str))
    }


def _renvoyer(noeud: Any, nom_de: Callable[[str], str]) -> None:  # noqa: ANN401 -- du JSON
    """Récrit, sur place, chaque renvoi à un composant."""
    for conteneur, cle, valeur in _textes(noeud):
        if valeur.startswith(REFERENCE):
            conteneur[cle] = REFERENCE + nom_de(valeur.removeprefix(REFERENCE))


def _textes(noeud: Any) -> Iterator[tuple[Any, Any, str]]:  # noqa: ANN401 -- du JSON
    membres = enumerate(noeud) if isinstance(noeud, list) else noeud.items()
    for cle, valeur in list(membres):
        if isinstance(valeur, str):
            yield noeud, cle, valeur
        elif isinstance(valeur, list | dict):
            yield from _textes(valeur)
