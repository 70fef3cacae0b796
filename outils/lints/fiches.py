"""Un moteur ne nomme aucun code de fiche : ce qu'elle dit est une donnée (CAT-9)."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from outils.lints.cadre import Constat, Source, dernier_nom, docstrings

FICHES: Final = Path(__file__).parents[2] / "services/catalogue/src/catalogue/donnees/fiches"
_MOTEURS: Final = frozenset({"facturation", "sla"})
_ILLUSTRE: Final = frozenset({"examples", "description", "summary"})


@cache
def _codes() -> tuple[re.Pattern[str], frozenset[str]]:
    """Les codes des tarifs et des indicateurs livrés, et les valeurs que leurs prédicats citent."""
    noms: set[str] = set()
    cites: set[str] = set()
    for fiche in map(_lire, FICHES.glob("*.toml")):
        for dit in (*fiche["tarifs"], *fiche["indicateurs"]):
            noms.add(dit["code"])
            cites.update(_cites(dit))
    return re.compile(rf"(?<![\w-])({'|'.join(sorted(noms, reverse=True))})(?![\w-])"), frozenset(
        cites - noms
    )


def _lire(chemin: Path) -> dict[str, Any]:
    return tomllib.loads(chemin.read_text(encoding="utf-8"))


def _cites(noeud: object) -> Iterator[str]:
    """Les codes qu'éprouvent les prédicats, et ceux des conditions."""
    if isinstance(noeud, list):
        for element in noeud:
            yield from _cites(element)
    elif isinstance(noeud, dict):
        if "fait" in noeud:
            yield from (v for v in (*noeud.get("parmi", ()), noeud.get("egale")) if type(v) is str)
        elif "exclut" in noeud:
            yield noeud["code"]
        for valeur in noeud.values():
            yield from _cites(valeur)


def code_de_fiche(source: Source) -> Iterator[Constat]:
    """Hors des exemples, le produit ne nomme aucun tarif; un moteur, aucun code des fiches."""
    if not source.est_produit or source.est_migration:
        return
    noms, cites = _codes()
    moteur = source.chemin.parts[1] in _MOTEURS
    for ligne, texte in _chaines(source.arbre):
        if nomme := noms.search(texte):
            yield ligne, f"« {nomme[1]} » se lit d'une fiche, il ne s'écrit pas ici"
        elif moteur and texte in cites:
            yield ligne, f"« {texte} » est un code qu'une fiche cite, le moteur l'ignore"


def _chaines(arbre: ast.Module) -> Iterator[tuple[int, str]]:
    """Les chaînes du code : ni docstring, ni exemple, ni description."""
    ignorees = docstrings(arbre)
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Call):
            montres = [k.value for k in noeud.keywords if k.arg in _ILLUSTRE]
            if dernier_nom(noeud.func) == "exemple":
                montres += noeud.args
            ignorees.update(id(n) for montre in montres for n in ast.walk(montre))
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and id(noeud) not in ignorees:
            yield noeud.lineno, str(noeud.value)
