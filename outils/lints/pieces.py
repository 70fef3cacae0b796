"""Ce que chaque pièce d'une aire a le droit de savoir et de faire."""

import ast
import sys
from collections.abc import Iterator

from outils.lints.cadre import Constat, Source, dernier_nom, modules_importes

GARDES = ("exiger", "refuser")
"""Débuts de nom des fonctions qui ne rendent rien : elles refusent, ou se taisent."""
PURES = frozenset({"domaine", "ports", "cas_usage"})
"""Les pièces sans effet d'une aire."""
REMPLISSAGES = frozenset({"add", "append", "extend"})
IMPURS = frozenset(
    "asyncio concurrent http io logging multiprocessing os pathlib random secrets shutil signal "
    "socket sqlite3 ssl subprocess tempfile threading time urllib".split()
)
"""Modules de la bibliothèque standard qui touchent au monde."""
CALCULS = ("orjson",)
"""Bibliothèques qui ne font que calculer : le domaine peut s'en servir."""
METHODES_HTTP = frozenset({"get", "post", "put", "patch", "delete"})


def _sous(module: str, paquet: str) -> bool:
    return module == paquet or module.startswith(f"{paquet}.")


def imports_purs(source: Source) -> Iterator[Constat]:
    """Domaine, ports et cas d'usage : bibliothèque standard sans effet, `noyau`, `calendrier`.

    S'y ajoutent, pour le domaine, ce qui ne fait que calculer; les `domaine` du service, pour les
    ports ses `ports`, et pour les cas d'usage ceux de leur aire; l'ordre des aires est à
    import-linter. `noyau` n'a que la bibliothèque standard.
    """
    if source.piece in PURES:
        service, aire = source.aire
        permis = ["noyau", "calendrier", f"{service}.{aire}.{source.piece}"]
        offertes = {"domaine"} if source.piece == "domaine" else {"domaine", "ports"}
        permis += CALCULS if source.piece == "domaine" else ()
    elif source.chemin.parts[:4] == ("libs", "noyau", "src", "noyau"):
        service, permis, offertes = "", ["noyau"], set[str]()
    else:
        return
    for ligne, module in modules_importes(source.arbre):
        racine, *reste = module.split(".")
        standard = racine in sys.stdlib_module_names and racine not in IMPURS
        voisin = racine == service and len(reste) > 1 and reste[1] in offertes
        if not (standard or voisin or any(_sous(module, paquet) for paquet in permis)):
            yield ligne, f"« {module} » n'a pas sa place dans {source.piece or 'noyau'}"


def resultat_utilise(source: Source) -> Iterator[Constat]:
    """Dans `cas_usage`, un appel nu, non attendu, perdrait le fait ou l'état qu'il rend."""
    if source.piece != "cas_usage":
        return
    for noeud in ast.walk(source.arbre):
        if isinstance(noeud, ast.Expr) and isinstance(noeud.value, ast.Call):
            nom = dernier_nom(noeud.value.func)
            if not nom.lstrip("_").startswith(GARDES) and nom not in REMPLISSAGES:
                yield noeud.lineno, f"résultat de « {nom} » perdu : gardez-le, ou « _ = … »"


def verbe_sur_ses_ports(source: Source) -> Iterator[Constat]:
    """Un verbe reçoit une commande, des ports de son aire et l'acte; il rend un `Resultat`.

    Une lecture du domaine ne pose pas d'acte et ne rend pas de `Resultat`.
    """
    if source.piece != "cas_usage":
        return
    for noeud in source.arbre.body:
        if isinstance(noeud, ast.FunctionDef) and not noeud.name.startswith("_"):
            yield noeud.lineno, f"« {noeud.name} » : un verbe est une coroutine"
        elif isinstance(noeud, ast.AsyncFunctionDef) and not noeud.name.startswith("_"):
            types = [_type(parametre.annotation) for parametre in noeud.args.args]
            agit = types[-1:] == ["Acte"]
            ports = types[-2:-1] if agit else types[-1:]
            if len(types) != 2 + agit or not ports[0].startswith("Ports"):
                yield noeud.lineno, f"« {noeud.name} » : (commande, ports: Ports, acte: Acte)"
            if agit != _type(noeud.returns).startswith("Resultat["):
                yield noeud.lineno, f"« {noeud.name} » : un acte rend un Resultat, et lui seul"


def _type(annotation: ast.expr | None) -> str:
    return "" if annotation is None else ast.unparse(annotation)


def _acces(arbre: ast.Module) -> set[str]:
    """Les accès que connaît un module : ceux de `entrees.acces`, et ceux qu'il déclare."""
    importes = {
        alias.asname or alias.name
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.ImportFrom) and (noeud.module or "").endswith(".entrees.acces")
        for alias in noeud.names
    }
    declares = {
        cible.id
        for noeud in arbre.body
        if isinstance(noeud, ast.Assign) and _type(noeud.value).startswith("Annotated[Appel[")
        for cible in noeud.targets
        if isinstance(cible, ast.Name)
    }
    return importes | declares


def routes_de(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Les fonctions qu'un module des entrées décore d'une méthode HTTP."""
    if source.piece != "entrees":
        return
    for noeud in ast.walk(source.arbre):
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
            appels = [d.func for d in noeud.decorator_list if isinstance(d, ast.Call)]
            if any(isinstance(f, ast.Attribute) and f.attr in METHODES_HTTP for f in appels):
                yield noeud


def route_a_acces_type(source: Source) -> Iterator[Constat]:
    """Chaque route porte un paramètre dont le type dit l'accès."""
    acces = _acces(source.arbre) if source.piece == "entrees" else set()
    for route in routes_de(source):
        parametres = [*route.args.posonlyargs, *route.args.args, *route.args.kwonlyargs]
        types = {_type(parametre.annotation) for parametre in parametres}
        if not types & acces and not any(t.startswith("Annotated[Appel[") for t in types):
            yield route.lineno, f"la route « {route.name} » ne déclare pas d'accès typé"
