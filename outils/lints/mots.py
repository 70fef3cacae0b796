"""Les mots que le glossaire rejette comme identifiants (docs/GLOSSAIRE.md, dernière colonne)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from outils.lints.cadre import Constat, Source

GLOSSAIRE = Path(__file__).parents[2] / "docs" / "GLOSSAIRE.md"
_CODE = re.compile(r"`([^`]+)`")
_MOTS = re.compile(r"[A-Z][a-z0-9]*|[A-Z]+(?![a-z])")


@cache
def rejetes() -> frozenset[str]:
    """Les mots entre accents graves de la colonne « on ne dit pas ».

    « mot » rejette ce mot dans tout identifiant, « Mot » en tête d'un nom de classe, « mot_ » ce
    préfixe, « mot.py » ce nom de module. Les autres mots de la colonne sont pour le lecteur.
    """
    colonnes = (ligne.split("|") for ligne in GLOSSAIRE.read_text(encoding="utf-8").splitlines())
    return frozenset(mot for c in colonnes if len(c) == 5 for mot in _CODE.findall(c[3]))


def mot_rejete(source: Source) -> Iterator[Constat]:
    """Un identifiant du produit ne contient aucun mot que le glossaire rejette."""
    if not source.est_produit or source.est_migration:
        return
    if source.chemin.name in rejetes():
        yield 1, f"« {source.chemin.name} » : le glossaire dit un autre nom"
    for ligne, identifiant in _definis(source.arbre):
        for mot in _formes(identifiant) & rejetes():
            yield ligne, f"« {identifiant} » : le glossaire rejette « {mot} »"


def _formes(identifiant: str) -> set[str]:
    """Ce qu'un identifiant peut avoir de rejeté : ses mots, et son préfixe."""
    nu = identifiant.lstrip("_")
    if nu[:1].isupper():
        return set(_MOTS.findall(nu)[:1])
    prefixe, souligne, _ = nu.partition("_")
    return {*nu.split("_"), prefixe + souligne}


def _definis(arbre: ast.Module) -> Iterator[tuple[int, str]]:
    """Les noms qu'un module définit : classes, fonctions, paramètres, variables, champs."""
    for noeud in ast.walk(arbre):
        match noeud:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield noeud.lineno, noeud.name
            case ast.arg():
                yield noeud.lineno, noeud.arg
            case ast.Name(ctx=ast.Store()):
                yield noeud.lineno, noeud.id
            case ast.alias(asname=str() as nom):
                yield noeud.lineno, nom
            case _:
                pass
