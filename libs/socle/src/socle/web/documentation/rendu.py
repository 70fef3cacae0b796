"""Les pages : l'OpenAPI d'un service, la liste des problèmes, la page de chacun."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from socle.web.documentation import lecture
from socle.web.types_problemes import TypeProbleme, types

ADRESSE_STYLE: Final = "/docs/style.css"
_MARKDOWN: Final = MarkdownIt("js-default", {"html": False})


@cache
def _gabarits() -> Environment:
    gabarits = Environment(
        loader=PackageLoader("socle.web.documentation", "gabarits"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    gabarits.filters["en_ligne"] = lambda texte: Markup(_MARKDOWN.renderInline(texte))  # noqa: S704 -- markdown-it échappe le HTML
    gabarits.filters["en_pages"] = lambda texte: Markup(_MARKDOWN.render(texte))  # noqa: S704 -- de même
    gabarits.globals["style"] = ADRESSE_STYLE
    return gabarits


def documentation(document: Mapping[str, Any]) -> str:
    """La page d'un document OpenAPI : opérations, paramètres, schémas, exemples."""
    return (
        _gabarits()
        .get_template("documentation.html.j2")
        .render(
            info=document["info"],
            securite=document["components"]["securitySchemes"],
            sections=lecture.sections(document),
            schemas=lecture.schemas(document),
        )
    )


def liste_des_problemes() -> str:
    """La page de tous les types de problème."""
    return _gabarits().get_template("problemes.html.j2").render(types=types().values())


def page_du_probleme(type_: TypeProbleme) -> str:
    """La page d'un type de problème."""
    return _gabarits().get_template("probleme.html.j2").render(type=type_)


@cache
def style() -> bytes:
    """La feuille de style de ces pages."""
    return (files("socle.web.documentation") / "style.css").read_bytes()
