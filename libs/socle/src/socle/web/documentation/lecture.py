"""Un document OpenAPI mis en français, prêt à être posé dans une page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from pages import Colonne, Tableau

_MARKDOWN: Final = MarkdownIt("js-default", {"html": False})
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
class Contenu:
    """Un corps reçu ou rendu, dans un format, et ses exemples."""

    titre: str
    media: str
    type: Markup
    exemples: Mapping[str, str]


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
    parametres: Tableau | None
    contenus: tuple[Contenu, ...]
    """Ce qu'elle reçoit, puis ce qu'elle rend quand elle réussit."""
    reponses: Tableau


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
    champs: Tableau | None
    type: Markup


def en_ligne(texte: str) -> Markup:
    """Un texte du document, en Markdown d'une ligne; tout HTML y est échappé."""
    return Markup(_MARKDOWN.renderInline(texte))  # noqa: S704 -- markdown-it échappe le HTML


def en_pages(texte: str) -> Markup:
    """Un texte du document, en Markdown de plusieurs paragraphes; tout HTML y est échappé."""
    return Markup(_MARKDOWN.render(texte))  # noqa: S704 -- de même


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
            champs=_champs(nom, schema),
            type=type_lisible(schema) if "properties" not in schema else Markup(),
        )
        for nom, schema in document["components"]["schemas"].items()
    ]


def _operation(document: Document, chemin: str, methode: str, dite: Document) -> Operation:
    nom = dite["operationId"]
    reponses = {s: _resolu(document, r) for s, r in dite["responses"].items()}
    rendus = (
        contenu
        for statut, reponse in reponses.items()
        if int(statut) < 400
        for contenu in _contenus(f"Réponse {statut}", reponse)
    )
    return Operation(
        nom=nom,
        methode=methode.upper(),
        chemin=chemin,
        resume=dite.get("summary", ""),
        description=dite.get("description", ""),
        acces=next(iter(dite["security"][0])),
        roles=tuple(dite.get("x-roles", ())),
        parametres=_parametres(nom, dite.get("parameters", ())),
        contenus=(*_contenus("Corps reçu", dite.get("requestBody", {})), *rendus),
        reponses=_reponses(document, nom, reponses),
    )


def _parametres(nom: str, parametres: Sequence[Document]) -> Tableau | None:
    colonnes = ("Nom", "Où", "Type", "Requis", "Description")
    lignes = [
        [
            _code(p["name"]),
            _LIEUX[p["in"]],
            type_lisible(p["schema"]),
            "oui" if p.get("required") else "non",
            en_ligne(p.get("description", "")),
        ]
        for p in parametres
    ]
    return _tableau(f"Paramètres de {nom}", colonnes, lignes) if lignes else None


def _champs(nom: str, schema: Document) -> Tableau | None:
    requis = schema.get("required", ())
    lignes = [
        [
            _code(champ),
            type_lisible(dit),
            "oui" if champ in requis else "non",
            en_ligne(dit.get("description", "")),
        ]
        for champ, dit in schema.get("properties", {}).items()
    ]
    colonnes = ("Nom", "Type", "Requis", "Description")
    return _tableau(f"Champs de {nom}", colonnes, lignes) if lignes else None


def _reponses(document: Document, nom: str, reponses: Mapping[str, Document]) -> Tableau:
    lignes = [
        [statut, en_ligne(reponse["description"]), _en_tetes(document, reponse)]
        for statut, reponse in reponses.items()
    ]
    return _tableau(f"Réponses de {nom}", ("Statut", "Ce qu'il veut dire", "En-têtes"), lignes)


def _en_tetes(document: Document, reponse: Document) -> Markup:
    dits = {n: _resolu(document, e) for n, e in reponse.get("headers", {}).items()}
    return Markup("<br>").join(
        _code(nom) + Markup(" : ") + en_ligne(dit["description"]) for nom, dit in dits.items()
    )


def _tableau(
    titre: str, colonnes: tuple[str, ...], lignes: Sequence[Sequence[str | Markup]]
) -> Tableau:
    return Tableau(titre=titre, colonnes=tuple(map(Colonne, colonnes)), lignes=lignes)


def _code(nom: str) -> Markup:
    return Markup("<code>{}</code>").format(nom)


def _contenus(titre: str, dit: Document) -> tuple[Contenu, ...]:
    return tuple(
        Contenu(titre, media, type_lisible(contenu["schema"]), _exemples(contenu))
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
    return Markup(", ").join([_forme(schema), *map(escape, bornes)])


def _forme(schema: Document) -> Markup:
    if "$ref" in schema:
        nom = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#schema-{0}">{0}</a>').format(nom)
    for choix in ("anyOf", "oneOf", "allOf"):
        if choix in schema:
            return Markup(" ou ").join(type_lisible(option) for option in schema[choix])
    if "const" in schema or "enum" in schema:
        valeurs = schema.get("enum", [schema.get("const")])
        return Markup(", ").join(_code(valeur) for valeur in valeurs)
    if schema.get("type") == "array":
        return Markup("liste de ") + type_lisible(schema.get("items", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        return Markup("objet dont chaque valeur est ") + type_lisible(
            schema["additionalProperties"]
        )
    format_, type_ = schema.get("format", ""), schema.get("type", "")
    return escape(_FORMATS.get(format_) or _TYPES.get(type_, "valeur quelconque"))
