"""Une migration neuve ne verrouille pas une table en service, ni ne la réécrit.

Les services tournent pendant qu'on migre : ce qui tient un verrou fort le temps de lire ou de
réécrire une table arrête qui y écrit. Une table que la migration crée n'est encore à personne. Un
cas pesé se dit, sur sa ligne ou juste avant : « # verrou : pourquoi il est court ».
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from outils.lints.cadre import Constat, Source, chaines, dernier_nom, nom_pointe

FIGEES: Final = {
    "catalogue": 8, "courtier": 71, "demandes": 15, "facturation": 17, "sla": 20,
}  # fmt: skip
"""La dernière révision de chaque service d'avant ce lint : celles-là sont passées, et ne se jugent
plus. Cette liste ne s'allonge pas."""
EXEMPTION: Final = re.compile(r"#\s*verrou : \S")
_NUMERO: Final = re.compile(r"\d{8}_(\d{4})_\w+\.py")
_SQL: Final = {
    "un index sans CONCURRENTLY bloque les écritures": re.compile(
        r"\bCREATE\s+(UNIQUE\s+)?INDEX\b(?!\s+(CONCURRENTLY|IF\s+NOT\s+EXISTS)\b)", re.IGNORECASE
    ),
    "une contrainte sans NOT VALID relit toute la table sous verrou": re.compile(
        r"\bADD\s+CONSTRAINT\b(?!.*\bNOT\s+VALID\b)", re.IGNORECASE | re.DOTALL
    ),
    "changer un type réécrit la table": re.compile(
        r"\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b", re.IGNORECASE
    ),
    "SET NOT NULL relit toute la table sous verrou": re.compile(
        r"\bSET\s+NOT\s+NULL\b", re.IGNORECASE
    ),
    "un verrou de table arrête qui y écrit": re.compile(
        r"\b(LOCK\s+TABLE|CLUSTER|VACUUM\s+FULL|REINDEX\s+(?!.*CONCURRENTLY))", re.IGNORECASE
    ),
}
_VOLATIL: Final = re.compile(r"random|clock_timestamp|now\s*\(|nextval|uuid", re.IGNORECASE)
_CONTRAINTES: Final = {
    "create_check_constraint": 1, "create_foreign_key": 1, "create_unique_constraint": 1,
}  # fmt: skip


def migration_sans_verrou(source: Source) -> Iterator[Constat]:
    """Ni index bloquant, ni réécriture, ni relecture sous verrou, d'une table déjà là."""
    if not _jugee(source):
        return
    lignes = source.texte.splitlines()
    vues = [n for n in source.arbre.body if getattr(n, "name", "") != "downgrade"]
    arbre = ast.Module(body=vues, type_ignores=[])
    creees = set(_creees(arbre))
    for ligne, message in (*_appels(arbre, creees), *_sql(arbre, creees)):
        if not any(EXEMPTION.search(dite) for dite in lignes[max(0, ligne - 2) : ligne]):
            yield ligne, message


def _jugee(source: Source) -> bool:
    """Vrai d'une révision plus neuve que celles d'avant ce lint."""
    lu = _NUMERO.fullmatch(source.chemin.name)
    if not (source.est_migration and source.chemin.parts[0] == "services" and lu):
        return False
    return int(lu.group(1)) > FIGEES.get(source.chemin.parts[1], 0)


def _creees(arbre: ast.AST) -> Iterator[str]:
    for appel in _appels_d_alembic(arbre, "create_table"):
        if nom := _texte(appel.args, 0):
            yield nom


def _appels_d_alembic(arbre: ast.AST, *noms: str) -> Iterator[ast.Call]:
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Call) and nom_pointe(noeud.func) in {f"op.{n}" for n in noms}:
            yield noeud


def _texte(arguments: list[ast.expr], rang: int) -> str | None:
    if len(arguments) <= rang or not isinstance(arguments[rang], ast.Constant):
        return None
    return str(ast.literal_eval(arguments[rang]))


def _options(appel: ast.Call) -> dict[str, str]:
    return {mot.arg: ast.unparse(mot.value) for mot in appel.keywords if mot.arg}


def _appels(arbre: ast.AST, creees: set[str]) -> Iterator[Constat]:
    for appel in _appels_d_alembic(arbre, "create_index"):
        options = _options(appel)
        # Bâti d'avance sans bloquer (EXPLOITATION.md), la migration le trouve fait.
        permis = {"True"} & {options.get("postgresql_concurrently"), options.get("if_not_exists")}
        if _texte(appel.args, 1) not in creees and not permis:
            yield appel.lineno, "un index sur une table déjà là : if_not_exists=True, et bâti avant"
    for nom, rang in _CONTRAINTES.items():
        for appel in _appels_d_alembic(arbre, nom):
            valide = _options(appel).get("postgresql_not_valid") != "True"
            if _texte(appel.args, rang) not in creees and valide:
                yield appel.lineno, "une contrainte relit la table sous verrou : NOT VALID d'abord"
    for appel in _appels_d_alembic(arbre, "alter_column"):
        options = _options(appel)
        if _texte(appel.args, 0) not in creees and (
            "type_" in options or options.get("nullable") == "False"
        ):
            yield appel.lineno, "changer un type ou exiger une valeur relit ou réécrit la table"
    yield from _ajouts(arbre, creees)


def _ajouts(arbre: ast.AST, creees: set[str]) -> Iterator[Constat]:
    for appel in _appels_d_alembic(arbre, "add_column"):
        if _texte(appel.args, 0) in creees:
            continue
        for colonne in (a for a in appel.args[1:] if isinstance(a, ast.Call)):
            if dernier_nom(colonne.func) != "Column":
                continue
            options = _options(colonne)
            defaut = options.get("server_default")
            if options.get("nullable") == "False" and defaut is None:
                yield appel.lineno, "NOT NULL sans valeur : les lignes déjà là la refusent"
            if defaut is not None and _VOLATIL.search(defaut):
                yield appel.lineno, "une valeur calculée à chaque ligne réécrit la table"


def _sql(arbre: ast.AST, creees: set[str]) -> Iterator[Constat]:
    for ligne, texte in chaines(arbre):
        if any(re.search(rf"\b{re.escape(nom)}\b", texte) for nom in creees):
            continue
        for message, motif in _SQL.items():
            if motif.search(texte):
                yield ligne, message
