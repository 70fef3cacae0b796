"""Un document OpenAPI mis en français, prêt à être posé dans une page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from markupsafe import Markup, escape

Document = Mapping[str, Any]
METHODES: Final = ("get", "post", "put", "patch", "delete")
_TYPES: Final[Mapping[str, str]] = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "null": "null",
    "object": "objet",
}
_FORMATS: Final[Mapping[str, str]] = {
    "uuid": "identifiant (UUID)",
    "date": "date (aaaa-mm-jj)",
    "date-time": "instant",
    "time": "heure",
    "uri": "adresse",
    "uri-reference": "adresse",
    "binary": "octets",
}
_BORNES: Final[Mapping[str, str]] = {
    "minLength": "au moins {} caractères",
    "maxLength": "au plus {} caractères",
    "minItems": "au moins {} éléments",
    "maxItems": "au plus {} éléments",
    "minimum": "au moins {}",
    "exclusiveMinimum": "plus de {}",
    "maximum": "au plus {}",
    "exclusiveMaximum": "moins de {}",
    "pattern": "de la forme {}",
}
_LIEUX: Final[Mapping[str, str]] = {
    "path": "adresse",
    "query": "requête",
    "header": "en-tête",
    "cookie": "témoin",
}


@dataclass(frozen=True, slots=True)
class Champ:
    """Un paramètre, une propriété ou un en-tête."""

    nom: str
    type: Markup
    requis: bool
    description: str
    lieu: str = ""


@dataclass(frozen=True, slots=True)
class Contenu:
    """Un corps reçu ou rendu, dans un format, et ses exemples."""

    media: str
    type: Markup
    exemples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reponse:
    """Ce qu'un statut veut dire."""

    statut: str
    description: str
    en_tetes: tuple[Champ, ...]
    contenus: tuple[Contenu, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Une opération, telle que la page la montre."""

    nom: str
    methode: str
    chemin: str
    resume: str
    description: str
    acces: str
    roles: tuple[str, ...]
    champs: tuple[Champ, ...]
    recus: tuple[Contenu, ...]
    reponses: tuple[Reponse, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Les opérations d'une étiquette."""

    nom: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """Un composant : ses champs, ou ce qu'il peut être."""

    nom: str
    description: str
    champs: tuple[Champ, ...]
    type: Markup


def sections(document: Document) -> list[Section]:
    """Chaque étiquette et ses opérations, dans l'ordre du document."""
    return [
        Section(
            nom=etiquette["name"],
            description=etiquette["description"],
            operations=tuple(
                _operation(document, chemin, methode, operation)
                for chemin, methode, operation in _operations(document)
                if etiquette["name"] in operation["tags"]
            ),
        )
        for etiquette in document["tags"]
    ]


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for chemin, methodes in document["paths"].items():
        for methode in METHODES:
            if methode in methodes:
                yield chemin, methode, methodes[methode]


def schemas(document: Document) -> list[Schema]:
    """Les composants, par nom."""
    return [
        Schema(
            nom=nom,
            description=schema.get("description", ""),
            champs=tuple(_proprietes(schema)),
            type=type_lisible(schema) if "properties" not in schema else Markup(),
        )
        for nom, schema in document["components"]["schemas"].items()
    ]


def _operation(document: Document, chemin: str, methode: str, dite: Document) -> Operation:
    securite = next(iter(dite["security"][0]))
    return Operation(
        nom=dite["operationId"],
        methode=methode.upper(),
        chemin=chemin,
        resume=dite.get("summary", ""),
        description=dite.get("description", ""),
        acces=securite,
        roles=tuple(dite.get("x-roles", ())),
        champs=tuple(map(_parametre, dite.get("parameters", ()))),
        recus=_contenus(dite.get("requestBody", {})),
        reponses=tuple(
            _reponse(document, statut, _resolu(document, dite))
            for statut, dite in dite["responses"].items()
        ),
    )


def _parametre(parametre: Document) -> Champ:
    return Champ(
        nom=parametre["name"],
        type=type_lisible(parametre["schema"]),
        requis=parametre.get("required", False),
        description=parametre.get("description", ""),
        lieu=_LIEUX[parametre["in"]],
    )


def _proprietes(schema: Document) -> Iterator[Champ]:
    requis = schema.get("required", ())
    for nom, propriete in schema.get("properties", {}).items():
        yield Champ(nom, type_lisible(propriete), nom in requis, propriete.get("description", ""))


def _reponse(document: Document, statut: str, dite: Document) -> Reponse:
    en_tetes = {n: _resolu(document, e) for n, e in dite.get("headers", {}).items()}
    return Reponse(
        statut=statut,
        description=dite["description"],
        en_tetes=tuple(
            Champ(nom, type_lisible(e["schema"]), requis=False, description=e["description"])
            for nom, e in en_tetes.items()
        ),
        contenus=_contenus(dite),
    )


def _contenus(dit: Document) -> tuple[Contenu, ...]:
    return tuple(
        Contenu(media, type_lisible(contenu["schema"]), _exemples(contenu))
        for media, contenu in dit.get("content", {}).items()
    )


def _exemples(contenu: Document) -> dict[str, str]:
    dits = {nom: e["value"] for nom, e in contenu.get("examples", {}).items()}
    if "example" in contenu:
        dits = {"": contenu["example"]}
    return {nom: orjson.dumps(e, option=orjson.OPT_INDENT_2).decode() for nom, e in dits.items()}


def _resolu(document: Document, partie: Document) -> Document:
    if "$ref" not in partie:
        return partie
    sorte, nom = partie["$ref"].split("/")[2:]
    resolu: Document = document["components"][sorte][nom]
    return resolu


def type_lisible(schema: Document) -> Markup:
    """Le type d'une valeur, en français, chaque composant mené à sa définition."""
    bornes = [texte.format(schema[cle]) for cle, texte in _BORNES.items() if cle in schema]
    if "default" in schema and schema["default"] is not None:
        bornes.append(f"par défaut {orjson.dumps(schema['default']).decode()}")
    suite = escape(", ".join(bornes))
    return _forme(schema) + (Markup(", ") + suite if bornes else Markup())


def _forme(schema: Document) -> Markup:
    if "$ref" in schema:
        nom = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#schema-{0}">{0}</a>').format(nom)
    for choix in ("anyOf", "oneOf", "allOf"):
        if choix in schema:
            return Markup(" ou ").join(type_lisible(option) for option in schema[choix])
    if "const" in schema or "enum" in schema:
        valeurs = schema.get("enum", [schema.get("const")])
        return Markup(", ").join(Markup("<code>{}</code>").format(valeur) for valeur in valeurs)
    if schema.get("type") == "array":
        return Markup("liste de ") + type_lisible(schema.get("items", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        return Markup("objet dont chaque valeur est ") + type_lisible(
            schema["additionalProperties"]
        )
    format_, type_ = schema.get("format", ""), schema.get("type", "")
    return escape(_FORMATS.get(format_) or _TYPES.get(type_, "valeur quelconque"))
