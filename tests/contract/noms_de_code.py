"""Les noms de code que cite un document, et s'ils existent encore."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ("libs", "services", "outils", "tests", "demo", "bench", "deploy", "docs")
ABSENTS: Final = ("sortie/", "libs/contrats/publie", "publie/")
"""Ce qu'une commande écrit; le cliché naît à la première publication."""

INVENTES: Final = re.compile(r"pr[ée]avis|^mot(?:_|\.py)?$", re.IGNORECASE)
"""Ce qui par nature n'existe pas : le verbe que la recette de CONTRIBUTING ajoute, « mot »."""

_FICHIER: Final = re.compile(r"(?![/.])[\w.*-]+(?:/[\w.*-]*)+|[\w-]+\.(?:py|json|toml|yml|md)")
_NOM: Final = re.compile(
    r"""(?!SBG_)[A-Z][A-Z0-9_]{2,}                     # CONSTANTE; une variable n'en est pas une
      | [A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)*(?:\.\w+)*  # Classe, Classe.methode
      | [a-z][a-z0-9]*(?:_[a-z0-9]+)+                # fonction_ou_table
      | [a-z]\w*(?:\.[A-Za-z]\w*)+                   # paquet.module.nom
    """,
    re.VERBOSE | re.ASCII,
)
_APPEL: Final = re.compile(r"([A-Za-z_][\w.]*)\(", re.ASCII)


def noms_cites(document: Path) -> Iterator[str]:
    """Les fichiers et les noms de code qu'un document cite, hors de ses blocs."""
    texte = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    if document.name == "GLOSSAIRE.md":  # sa dernière colonne nomme ce que l'on n'emploie pas
        texte = re.sub(r"\|[^|]*\|$", "|", texte, flags=re.MULTILINE)
    for cite in re.findall(r"`([^`\n]+)`", texte):
        if INVENTES.search(cite) or cite.startswith(ABSENTS):
            continue
        if _FICHIER.fullmatch(cite) or _NOM.fullmatch(cite):
            yield cite
        else:
            yield from _APPEL.findall(cite)


def existe(nom: str) -> bool:
    """Vrai si un fichier porte ce chemin, ou si le code emploie ce nom."""
    if "/" in nom or _FICHIER.fullmatch(nom):
        return any(fnmatch(chemin, f"*/{nom.rstrip('/')}") for chemin in chemins())
    connus = identifiants() if nom[0].isupper() else identifiants() | chaines()
    return all(partie in connus for partie in nom.split(".")) and _module(nom)


def _module(nom: str) -> bool:
    """Faux pour `paquet.module.nom` si le paquet est du dépôt et n'a ni ce module ni ce nom."""
    ici, *reste = nom.split(".")
    racines = (f"/{ici}/__init__.py", f"/src/{ici}/__init__.py")
    paquet = next((c for c in chemins() if c == racines[0] or c.endswith(racines[1])), None)
    while paquet is not None and reste:
        dossier, suivant = paquet.removesuffix("__init__.py"), reste.pop(0)
        if f"{dossier}{suivant}.py" in chemins():
            return not reste or reste[0] in _identifiants(f"{dossier}{suivant}.py")
        if f"{dossier}{suivant}/__init__.py" not in chemins():
            return suivant in _identifiants(paquet)
        paquet = f"{dossier}{suivant}/__init__.py"
    return True


@cache
def chemins() -> frozenset[str]:
    """Les fichiers et les dossiers des sources, « /libs/socle/… »."""
    trouves = (chemin for nom in SOURCES for chemin in (RACINE / nom).rglob("*"))
    tous = (*RACINE.iterdir(), *(c for c in trouves if "__pycache__" not in c.parts))
    return frozenset(f"/{chemin.relative_to(RACINE).as_posix()}" for chemin in tous)


@cache
def identifiants() -> frozenset[str]:
    """Les noms qu'emploie le code, ni commentaires, ni chaînes; et ceux des alertes."""
    alertes = (RACINE / "deploy/prometheus/alertes.yml").read_text("utf-8")
    nommees = re.findall(r"- alert: (\w+)", alertes)
    return frozenset(n for c in chemins() if c.endswith(".py") for n in _identifiants(c)).union(
        nommees
    )


@cache
def _identifiants(chemin: str) -> frozenset[str]:
    champs = ("id", "attr", "name", "arg", "asname", "module")
    noeuds = ast.walk(_arbre(chemin))
    noms = {str(getattr(noeud, champ, "")) for noeud in noeuds for champ in champs}
    return frozenset(partie for nom in noms for partie in nom.split("."))


@cache
def chaines() -> frozenset[str]:
    """Les mots des chaînes, hors docstrings : une table, une colonne, un type d'événement."""
    textes = (
        noeud.value
        for chemin in chemins()
        if chemin.endswith(".py")
        for parent in ast.walk(_arbre(chemin))
        if not isinstance(parent, ast.Expr)
        for noeud in ast.iter_child_nodes(parent)
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str)
    )
    return frozenset(mot for texte in textes for mot in re.findall(r"\w+", texte))


@cache
def _arbre(chemin: str) -> ast.Module:
    return ast.parse((RACINE / chemin[1:]).read_text("utf-8"))
