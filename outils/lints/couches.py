"""Ce que chaque couche a le droit de savoir et de faire."""

import ast
import sys
from collections.abc import Iterator

from outils.lints.cadre import Constat, Source, dernier_nom, modules_importes

SUPPORTS = frozenset({"__init__", "ports", "suites"})
"""Modules de `cas_usage/` qui ne sont pas des verbes; `suites` : ce qui suit plusieurs verbes."""
GARDES = ("exiger", "refuser")
"""Débuts de nom des fonctions qui ne rendent rien : elles refusent, ou se taisent."""
REMPLISSAGES = frozenset({"add", "append", "extend"})
IMPURS = frozenset(
    "asyncio concurrent http io logging multiprocessing os pathlib random secrets shutil signal "
    "socket sqlite3 ssl subprocess tempfile threading time urllib".split()
)
"""Modules de la bibliothèque standard qui touchent au monde."""
METHODES_HTTP = frozenset({"get", "post", "put", "patch", "delete"})


def _sous(module: str, paquet: str) -> bool:
    return module == paquet or module.startswith(f"{paquet}.")


def imports_purs(source: Source) -> Iterator[Constat]:
    """Domaine et cas d'usage : bibliothèque standard sans effet, `socle.noyau`, `calendrier`.

    Le domaine n'ajoute que lui-même; les cas d'usage, le domaine et leurs ports. `socle.noyau`
    lui-même n'a que la bibliothèque standard.
    """
    couche, morceaux = source.couche(), source.chemin.parts
    if couche in {"domaine", "cas_usage"}:
        service = morceaux[3]
        permis = ["socle.noyau", "calendrier", f"{service}.domaine"]
        permis += [f"{service}.cas_usage"] if couche == "cas_usage" else []
    elif morceaux[:5] == ("libs", "socle", "src", "socle", "noyau"):
        permis = ["socle.noyau"]
    else:
        return
    for ligne, module in modules_importes(source.arbre):
        racine = module.partition(".")[0]
        standard = racine in sys.stdlib_module_names and racine not in IMPURS
        if not standard and not any(_sous(module, paquet) for paquet in permis):
            yield ligne, f"« {module} » n'a pas sa place dans {couche or 'socle.noyau'}"


def resultat_utilise(source: Source) -> Iterator[Constat]:
    """Dans `cas_usage/`, un appel nu, non attendu, perdrait le fait ou l'état qu'il rend."""
    if source.couche() != "cas_usage":
        return
    for noeud in ast.walk(source.arbre):
        if isinstance(noeud, ast.Expr) and isinstance(noeud.value, ast.Call):
            nom = dernier_nom(noeud.value.func)
            if not nom.lstrip("_").startswith(GARDES) and nom not in REMPLISSAGES:
                yield noeud.lineno, f"résultat de « {nom} » perdu : retenez-le, ou « _ = … »"


def un_fichier_un_verbe(source: Source) -> Iterator[Constat]:
    """Un fichier de `cas_usage/` = une fonction async publique, du nom du fichier."""
    verbe = source.chemin.stem
    if source.couche() != "cas_usage" or verbe in SUPPORTS:
        return
    publiques = [
        noeud
        for noeud in source.arbre.body
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
        and not noeud.name.startswith("_")
    ]
    if not any(isinstance(f, ast.AsyncFunctionDef) and f.name == verbe for f in publiques):
        yield 1, f"« async def {verbe} » attendu"
    for fonction in publiques:
        if fonction.name != verbe:
            yield fonction.lineno, f"« {fonction.name} » : un autre verbe, un autre fichier"


def _alias_d_acces(arbre: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.ImportFrom) and (noeud.module or "").endswith(".entrees.acces")
        for alias in noeud.names
    }


def route_a_acces_type(source: Source) -> Iterator[Constat]:
    """Chaque route d'un service porte un paramètre dont le type vient de `entrees.acces`."""
    if source.couche() != "entrees":
        return
    acces = _alias_d_acces(source.arbre)
    for noeud in ast.walk(source.arbre):
        if not isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        appels = [d.func for d in noeud.decorator_list if isinstance(d, ast.Call)]
        routes = [f for f in appels if isinstance(f, ast.Attribute) and f.attr in METHODES_HTTP]
        parametres = [*noeud.args.posonlyargs, *noeud.args.args, *noeud.args.kwonlyargs]
        types = {dernier_nom(p.annotation) for p in parametres if p.annotation is not None}
        if routes and not types & acces:
            yield noeud.lineno, f"la route « {noeud.name} » ne déclare pas d'accès typé"
