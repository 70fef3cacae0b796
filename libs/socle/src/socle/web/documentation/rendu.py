"""Les pages : l'OpenAPI d'un service, la liste des problèmes, la page de chacun."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment

from pages import Colonne, Tableau, environnement
from socle.web.documentation import lecture
from socle.web.types_problemes import TypeProbleme, types


@cache
def _gabarits() -> Environment:
    gabarits = environnement("socle.web.documentation")
    gabarits.filters |= {"en_ligne": lecture.en_ligne, "en_pages": lecture.en_pages}
    return gabarits


def documentation(document: Mapping[str, Any]) -> str:
    """La page d'un document OpenAPI : opérations, paramètres, schémas, exemples."""
    securite = document["components"]["securitySchemes"]
    return (
        _gabarits()
        .get_template("documentation.html.j2")
        .render(
            info=document["info"],
            acces=[(nom, dit["description"]) for nom, dit in securite.items()],
            sections=lecture.sections(document),
            schemas=lecture.schemas(document),
        )
    )


def liste_des_problemes() -> str:
    """La page de tous les types de problème."""
    lien = lecture.en_ligne
    tableau = Tableau(
        titre="Tous les types, par statut",
        colonnes=(Colonne("Type"), Colonne("Statut"), Colonne("Ce qu'il veut dire")),
        lignes=[
            (lien(f"[{t.titre}]({t.type})"), ", ".join(map(str, t.statuts)), lien(t.sens))
            for t in types().values()
        ],
    )
    return _gabarits().get_template("problemes.html.j2").render(types=tableau)


def page_du_probleme(type_: TypeProbleme) -> str:
    """La page d'un type de problème."""
    return _gabarits().get_template("probleme.html.j2").render(type=type_)
