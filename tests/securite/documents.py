"""Les opérations d'un document OpenAPI, et toutes les places où l'on peut y nommer un objet."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

REFERENCES = frozenset({"organisme", "code", "produit", "categorie", "types", "fin"})
"""Sans forme imposée, mais des codes : ils désignent un objet, et un refus peut les redire."""

Chemin = tuple[str | int, ...]
Document = Mapping[str, Any]
Json: TypeAlias = Any
"""Une valeur JSON : ce que le document en dit se vérifie à l'exécution."""

Retenir = Callable[[Document, Document], Iterator[Document]]
"""Ce qu'on retient d'une valeur simple."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Place:
    """Un endroit d'une requête où une valeur se met, et la forme qu'elle doit avoir."""

    ou: str
    """« path », « query » ou « body »."""
    nom: str
    schema: Document
    chemin: Chemin = ()

    @property
    def est_texte_libre(self) -> bool:
        """Vrai pour un texte qu'aucune forme ne borne : il ne désigne rien, il se garde."""
        motif = str(self.schema.get("pattern", ""))
        libre = motif in {"", r"^[^\x00]*$"} or "@" in motif
        return libre and "format" not in self.schema and self.nom not in REFERENCES

    def accueille(self, valeur: str) -> bool:
        """Vrai si la valeur a la forme de cette place."""
        if self.schema.get("format") == "uuid":
            return UUID.fullmatch(valeur) is not None
        if "format" in self.schema or not 0 < len(valeur) <= self.schema.get("maxLength", 200):
            return False
        return re.search(self.schema.get("pattern", ""), valeur) is not None


@dataclass(frozen=True, slots=True)
class Operation:
    """Une opération : comment l'appeler, qui le peut, ce qu'elle rend."""

    methode: str
    chemin: str
    roles: frozenset[str]
    places: tuple[Place, ...]
    exemple: Json
    formats: tuple[str, ...]

    @property
    def nom(self) -> str:
        return f"{self.methode} {self.chemin}"

    def dans(self, ou: str) -> list[Place]:
        """Les places du chemin, de la requête ou du corps."""
        return [place for place in self.places if place.ou == ou]

    def adresse(self, valeurs: Mapping[str, str]) -> str:
        """L'adresse, chaque paramètre de chemin à sa valeur; un nombre n'accueille aucun texte."""
        return re.sub(r"\{(\w+)\}", lambda trouve: valeurs.get(trouve[1], "1"), self.chemin)

    def corps(self, *changements: tuple[Place, str]) -> Json:
        """L'exemple du document, où chaque place donnée prend sa valeur."""
        corps = copy.deepcopy(self.exemple)
        for place, valeur in changements:
            _poser(corps, place.chemin, valeur)
        return corps


def operations(document: Document) -> list[Operation]:
    """Toutes les opérations d'un document."""
    return [
        _operation(document, chemin, methode, operation)
        for chemin, methodes in document["paths"].items()
        for methode, operation in methodes.items()
    ]


def feuilles(document: Document, operation: Operation) -> Iterator[Place]:
    """Toutes les places d'une opération, quel que soit le type de leur valeur."""
    dite = document["paths"][operation.chemin][operation.methode.lower()]
    for p in dite.get("parameters", ()):
        if p["in"] in {"path", "query"}:
            for choix in _choix(document, p["schema"]):
                yield Place(p["in"], p["name"], choix)
    contenu = dite.get("requestBody", {}).get("content", {}).get("application/json", {})
    yield from _places(document, contenu.get("schema", {}), (), lambda _, choix: iter([choix]))


def _operation(document: Document, chemin: str, methode: str, operation: Document) -> Operation:
    parametres = [
        Place(p["in"], p["name"], schema)
        for p in operation.get("parameters", ())
        if p["in"] in {"path", "query"}
        for schema in _textes(document, p["schema"])
    ]
    contenu = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = contenu.get("schema", {})
    corps = list(_places(document, schema, ()))
    rendus = operation["responses"].get("200", {}).get("content", {"application/json": {}})
    return Operation(
        methode.upper(),
        chemin,
        frozenset(operation.get("x-roles", ())),
        (*parametres, *corps),
        _exemple(document, contenu) if schema else None,
        tuple(rendus),
    )


def _resolu(document: Document, schema: Document) -> Document:
    if "$ref" in schema:
        resolu: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return resolu
    return schema


def _choix(document: Document, schema: Document) -> Iterator[Document]:
    resolu = _resolu(document, schema)
    options = [*resolu.get("anyOf", ()), *resolu.get("oneOf", ())]
    for option in options:
        yield from _choix(document, option)
    if not options:
        yield resolu


def _textes(document: Document, schema: Document) -> Iterator[Document]:
    """Les formes textuelles d'une valeur qui peut désigner quelque chose."""
    for choix in _choix(document, schema):
        if choix.get("type") == "string" and not {"enum", "const"} & set(choix):
            yield choix


def _places(
    document: Document, schema: Document, chemin: Chemin, retenir: Retenir = _textes
) -> Iterator[Place]:
    nom = next((str(p) for p in reversed(chemin) if isinstance(p, str)), "")
    for choix in _choix(document, schema):
        if choix.get("type") == "object":
            for cle, valeur in choix.get("properties", {}).items():
                yield from _places(document, valeur, (*chemin, cle), retenir)
        elif choix.get("type") == "array" and "items" in choix:
            yield from _places(document, choix["items"], (*chemin, 0), retenir)
        else:
            yield from (Place("body", nom, texte, chemin) for texte in retenir(document, choix))


def _exemple(document: Document, contenu: Document) -> Json:
    if "examples" in contenu:
        return next(iter(contenu["examples"].values()))["value"]
    if "example" in contenu:
        return contenu["example"]
    for choix in _choix(document, contenu["schema"]):
        if "examples" in choix:
            return choix["examples"][0]
    return {}


def _poser(corps: Json, chemin: Chemin, valeur: str) -> None:
    """Pose une valeur au bout d'un chemin, en créant ce qui manque."""
    *avant, dernier = chemin
    for position, cle in enumerate(avant):
        suivant: Any = [] if isinstance(chemin[position + 1], int) else {}
        if isinstance(corps, list):
            if not corps:
                corps.append(suivant)
        elif not corps.get(cle):
            corps[cle] = suivant
        corps = corps[cle]
    if isinstance(corps, list):
        corps[:] = [valeur, *corps[1:]]
    else:
        corps[dernier] = valeur
