"""Un module se lit d'une traite, une fonction d'un coup d'œil."""

import ast
from collections.abc import Iterator

from outils.lints.cadre import Constat, Source

LIGNES_PAR_MODULE = 400
LIGNES_PAR_FONCTION = 40


def module_court(source: Source) -> Iterator[Constat]:
    """Refuse un module de 400 lignes ou plus."""
    lignes = len(source.texte.splitlines())
    if lignes >= LIGNES_PAR_MODULE:
        yield (
            1,
            f"{lignes} lignes (moins de {LIGNES_PAR_MODULE}) : séparez selon ce que chacun tient",
        )


def _lignes(fonction: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lignes de la fonction, signature comprise, docstring et décorateurs non compris."""
    total = (fonction.end_lineno or fonction.lineno) - fonction.lineno + 1
    premier = fonction.body[0]
    if ast.get_docstring(fonction, clean=False) is not None:
        total -= (premier.end_lineno or premier.lineno) - premier.lineno + 1
    return total


def fonction_courte(source: Source) -> Iterator[Constat]:
    """Refuse une fonction de 40 lignes ou plus; une migration est une liste, pas du calcul."""
    if source.est_migration:
        return
    for noeud in ast.walk(source.arbre):
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
            lignes = _lignes(noeud)
            if lignes >= LIGNES_PAR_FONCTION:
                yield noeud.lineno, f"« {noeud.name} » a {lignes} lignes (moins de 40)"
