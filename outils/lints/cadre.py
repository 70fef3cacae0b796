"""Ce que tout lint maison partage : une source lue une fois, des écarts situés."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

Constat = tuple[int, str]
"""Numéro de ligne et message."""


@dataclass(frozen=True)
class Source:
    """Un fichier suivi, par son chemin depuis la racine du dépôt."""

    chemin: PurePosixPath
    texte: str

    @cached_property
    def arbre(self) -> ast.Module:
        """L'arbre syntaxique; `SyntaxError` si ce n'est pas du Python."""
        return ast.parse(self.texte, filename=str(self.chemin))

    @property
    def est_python(self) -> bool:
        return self.chemin.suffix == ".py"

    @property
    def est_essai(self) -> bool:
        return "tests" in self.chemin.parts

    @property
    def est_migration(self) -> bool:
        return "migrations" in self.chemin.parts

    @property
    def est_produit(self) -> bool:
        """Vrai pour ce qui tourne en production : bibliothèques et services, hors essais."""
        return self.chemin.parts[0] in {"libs", "services"} and not self.est_essai

    @property
    def piece(self) -> str | None:
        """La pièce d'une aire de service (« domaine », « cas_usage »…), module ou paquet; ou rien.

        « services/X/src/X/aire/domaine.py » et « …/aire/domaine/etat.py » sont du domaine.
        """
        morceaux = self.chemin.parts
        if morceaux[0] != "services" or morceaux[2:3] != ("src",) or len(morceaux) < 6:
            return None
        return morceaux[5].removesuffix(".py")

    @property
    def aire(self) -> tuple[str, str]:
        """Le service et l'aire d'un module de pièce."""
        return self.chemin.parts[3], self.chemin.parts[4]


Lint = Callable[[Source], Iterator[Constat]]


def nom_pointe(noeud: ast.expr) -> str:
    """« a.b.c » pour un nom ou un accès d'attribut; chaîne vide pour toute autre expression."""
    if isinstance(noeud, ast.Name):
        return noeud.id
    if isinstance(noeud, ast.Attribute):
        debut = nom_pointe(noeud.value)
        return f"{debut}.{noeud.attr}" if debut else ""
    return ""


def dernier_nom(noeud: ast.expr) -> str:
    """Le dernier nom d'un appel : « commit » pour `f(x).commit`."""
    if isinstance(noeud, ast.Attribute):
        return noeud.attr
    return noeud.id if isinstance(noeud, ast.Name) else ""


def docstrings(arbre: ast.AST) -> set[int]:
    """Identités des nœuds de docstring, qui sont du texte et non du code."""
    trouvees: set[int] = set()
    porteurs = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for noeud in ast.walk(arbre):
        for enfant in getattr(noeud, "body", []) if isinstance(noeud, porteurs) else []:
            # Une chaîne seule documente aussi l'attribut qui la précède.
            if isinstance(enfant, ast.Expr) and isinstance(enfant.value, ast.Constant):
                trouvees.add(id(enfant.value))
    return trouvees


def chaines(arbre: ast.AST) -> Iterator[tuple[int, str]]:
    """Les chaînes qui ne sont pas des docstrings, avec leur ligne."""
    a_ignorer = docstrings(arbre)
    for noeud in ast.walk(arbre):
        if (
            isinstance(noeud, ast.Constant)
            and isinstance(noeud.value, str)
            and id(noeud) not in a_ignorer
        ):
            yield noeud.lineno, noeud.value


def modules_importes(arbre: ast.Module) -> Iterator[tuple[int, str]]:
    """Les modules importés, où que ce soit dans le fichier, avec leur ligne."""
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Import):
            yield from ((noeud.lineno, alias.name) for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            yield noeud.lineno, noeud.module
