"""Les pages : l'OpenAPI d'un service, la liste des problèmes, la page de chacun."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from jinja2 import Environment
from markdown_it import MarkdownIt
from markupsafe import Markup

from pages import Colonne, Tableau, environnement
from socle.web.documentation import lecture
from socle.web.types_problemes import TypeProbleme, types

_MARKDOWN: Final = MarkdownIt("js-default", {"html": False})


@cache
def _gabarits() -> Environment:
    gabarits = environnement("socle.web.documentation")
    gabarits.filters |= {"en_ligne": _en_ligne, "en_pages": _en_pages}
    gabarits.globals["champs"] = _champs
    return gabarits


def _en_ligne(texte: str) -> Markup:
    return Markup(_MARKDOWN.renderInline(texte))  # noqa: S704 -- markdown-it échappe le HTML


def _en_pages(texte: str) -> Markup:
    return Markup(_MARKDOWN.render(texte))  # noqa: S704 -- de même


def _champs(titre: str, champs: Iterable[lecture.Champ], *, lieux: bool = False) -> Tableau:
    """Des paramètres, avec leur lieu, ou les champs d'un schéma."""
    noms = ("Nom", "Où", "Type", "Requis", "Description")
    lignes = [
        (
            Markup("<code>{}</code>").format(champ.nom),
            champ.lieu,
            champ.type,
            "oui" if champ.requis else "non",
            _en_ligne(champ.description),
        )
        for champ in champs
    ]
    garde = [n for n in range(len(noms)) if lieux or noms[n] != "Où"]
    return Tableau(
        titre=titre,
        colonnes=tuple(Colonne(noms[n]) for n in garde),
        lignes=[tuple(ligne[n] for n in garde) for ligne in lignes],
    )


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
    tableau = Tableau(
        titre="Tous les types, par statut",
        colonnes=(Colonne("Type"), Colonne("Statut"), Colonne("Ce qu'il veut dire")),
        lignes=[
            (
                Markup('<a href="{}">{}</a>').format(t.type, t.titre),
                ", ".join(map(str, t.statuts)),
                _en_ligne(t.sens),
            )
            for t in types().values()
        ],
    )
    return _gabarits().get_template("problemes.html.j2").render(types=tableau)


def page_du_probleme(type_: TypeProbleme) -> str:
    """La page d'un type de problème."""
    return _gabarits().get_template("probleme.html.j2").render(type=type_)
