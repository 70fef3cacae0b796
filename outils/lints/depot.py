"""La bonne tenue du dépôt : imports sans effet, essais sans rustines, rien de cette machine-ci."""

import ast
import re
from collections.abc import Iterator

from outils.lints.cadre import Constat, Source, dernier_nom, modules_importes, nom_pointe

DOSSIERS_INTERDITS = frozenset({"utils", "helpers", "common", "outils_communs", "divers"})
APPELS_NUS_PERMIS = frozenset({"Index"})
"""Déclarations que SQLAlchemy attend au niveau du module."""
EFFETS = frozenset(
    "open print input exec eval connect create_engine create_async_engine run Popen check_output "
    "check_call getenv read_text read_bytes write_text write_bytes mkdir unlink glob iterdir now "
    "utcnow today time monotonic uuid1 uuid4 uuid7 token_bytes token_hex token_urlsafe "
    "basicConfig configure Thread Process get_event_loop new_event_loop urlopen sleep".split()
)
_HTTPX = re.compile(
    r"httpx\.((Async)?Client|get|post|put|patch|delete|head|options|request|stream)"
)
REGLAGES_INTERDITS = frozenset(
    {"setup.cfg", "tox.ini", ".flake8", "mypy.ini", "pytest.ini", "ruff.toml", ".importlinter"}
)
# Écrits en morceaux, pour que ce fichier passe son propre lint.
MACHINE = re.compile(
    r"/(?:wor[k]|roo[t]|tm[p]/bash_jobs)/"
    r"|(?:pyp[i]|pythonhoste[d]|npmj[s]|golan[g]|crate[s]|debia[n])\.(?:org|com|io|net)"
    r"|repo1?\.mave[n]"
)


def import_sans_effet(source: Source) -> Iterator[Constat]:
    """Importer un module ne fait rien : ni appel nu, ni boucle, ni lecture du monde."""
    if not source.est_produit or source.est_migration:
        return
    for noeud in source.arbre.body:
        yield from _effets(noeud)


def _effets(noeud: ast.stmt) -> Iterator[Constat]:
    if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    if isinstance(noeud, ast.ClassDef):
        for enfant in noeud.body:
            yield from _effets(enfant)
        return
    if isinstance(noeud, ast.If):
        if "__name__" not in ast.unparse(noeud.test):
            for enfant in [*noeud.body, *noeud.orelse]:
                yield from _effets(enfant)
        return
    if isinstance(noeud, ast.For | ast.While | ast.With | ast.AsyncFor | ast.AsyncWith):
        yield noeud.lineno, "une boucle ou un bloc « with » s'exécute à l'import"
    elif isinstance(noeud, ast.Expr) and isinstance(noeud.value, ast.Call):
        if dernier_nom(noeud.value.func) not in APPELS_NUS_PERMIS:
            yield noeud.lineno, f"« {ast.unparse(noeud.value.func)} » est appelé à l'import"
    else:
        yield from _lectures_du_monde(noeud)


def _lectures_du_monde(noeud: ast.stmt) -> Iterator[Constat]:
    differes = {
        id(enfant)
        for fonction in ast.walk(noeud)
        if isinstance(fonction, ast.Lambda)
        for enfant in ast.walk(fonction)
    }
    for enfant in ast.walk(noeud):
        if id(enfant) in differes:
            continue
        if isinstance(enfant, ast.Call) and dernier_nom(enfant.func) in EFFETS:
            yield enfant.lineno, f"« {ast.unparse(enfant.func)} » touche au monde à l'import"
        if isinstance(enfant, ast.Attribute) and nom_pointe(enfant) == "os.environ":
            yield enfant.lineno, "l'environnement est lu à l'import"


def essais_sans_rustine(source: Source) -> Iterator[Constat]:
    """Un essai éprouve le vrai, ou ce qu'il passe en argument; il ne rapièce jamais un module."""
    if not source.est_essai:
        return
    for ligne, module in modules_importes(source.arbre):
        if module == "mock" or module.startswith("unittest.mock"):
            yield ligne, "unittest.mock : éprouvez le vrai, ou passez un argument"
    for noeud in ast.walk(source.arbre):
        if isinstance(noeud, ast.arg) and noeud.arg == "mocker":
            yield noeud.lineno, "mocker : éprouvez le vrai, ou passez un argument"
        if isinstance(noeud, ast.Attribute) and nom_pointe(noeud) in {
            "monkeypatch.setattr",
            "monkeypatch.setitem",
        }:
            yield noeud.lineno, f"{nom_pointe(noeud)} : passez un argument"


def intergiciels_asgi_purs(source: Source) -> Iterator[Constat]:
    """`BaseHTTPMiddleware` coûte la moitié du débit : intergiciels ASGI purs seulement."""
    for noeud in ast.walk(source.arbre):
        if not isinstance(noeud, ast.alias | ast.Attribute):
            continue
        nom = noeud.name if isinstance(noeud, ast.alias) else noeud.attr
        if nom == "BaseHTTPMiddleware":
            yield noeud.lineno, "BaseHTTPMiddleware : écrivez un intergiciel ASGI pur"


def client_sans_environnement(source: Source) -> Iterator[Constat]:
    """Un client HTTP n'obéit pas à `HTTP_PROXY` : nos appels internes iraient au proxy.

    Un proxy voulu se déclare par un réglage.
    """
    for noeud in ast.walk(source.arbre):
        if isinstance(noeud, ast.Call) and _HTTPX.fullmatch(nom_pointe(noeud.func)):
            options = {option.arg: ast.unparse(option.value) for option in noeud.keywords}
            if options.get("trust_env") != "False":
                yield noeud.lineno, f"« {nom_pointe(noeud.func)} » sans trust_env=False"


def rangement(source: Source) -> Iterator[Constat]:
    """Pas de dossier fourre-tout, ni de réglage d'outil hors du pyproject.toml racine."""
    for dossier in source.chemin.parts[:-1]:
        if dossier in DOSSIERS_INTERDITS:
            yield 1, f"dossier « {dossier} » : rangez selon ce que le module tient"
    if source.chemin.name in REGLAGES_INTERDITS:
        yield 1, "les réglages d'outils sont dans le pyproject.toml racine, nulle part ailleurs"
    if source.chemin.name == "pyproject.toml" and len(source.chemin.parts) > 1:
        for ligne, texte in enumerate(source.texte.splitlines(), 1):
            if texte.startswith("[tool.") and not texte.startswith("[tool.hatch."):
                yield ligne, f"{texte} : les réglages sont dans le pyproject.toml racine"


def rien_de_la_machine(source: Source) -> Iterator[Constat]:
    """Ni chemin d'une machine particulière, ni adresse de registre dans un fichier suivi."""
    for ligne, texte in enumerate(source.texte.splitlines(), 1):
        trouve = MACHINE.search(texte)
        if trouve:
            yield ligne, f"« {trouve.group()} » : chemin de machine ou adresse de registre"
