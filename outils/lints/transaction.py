"""Une transaction se clôt en un seul endroit, et l'heure d'affaires ne vient pas du SQL."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from outils.lints.cadre import Constat, Source, chaines, dernier_nom, nom_pointe

TRANSACTION = PurePosixPath("libs/socle/src/socle/bd/transaction.py")
BD = PurePosixPath("libs/socle/src/socle/bd")
RECEPTION = PurePosixPath("libs/socle/src/socle/reception")
MOT_COMMIT = re.compile(r"\bCOMMIT\b")
HEURE_SQL = re.compile(
    r"\b(now|transaction_timestamp|statement_timestamp)\s*\(\s*\)"
    r"|\b(CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|LOCALTIMESTAMP)\b",
    re.IGNORECASE,
)
FONCTIONS_SQL = {"now", "current_timestamp", "current_date", "localtimestamp"}


def commit_unique(source: Source) -> Iterator[Constat]:
    """`commit` et `COMMIT` n'existent que dans la transaction du socle.

    Le bus valide des positions (`consommateur.commit(positions)`) : toujours avec un argument,
    ce qu'une transaction n'a jamais. Un bloc `begin()` valide en sortant : lui aussi est réservé
    à `socle.bd`.
    """
    if not source.est_produit or source.est_migration or source.chemin == TRANSACTION:
        return
    for noeud in ast.walk(source.arbre):
        if not isinstance(noeud, ast.Call) or not isinstance(noeud.func, ast.Attribute):
            continue
        nom = noeud.func.attr
        positions_du_bus = RECEPTION in source.chemin.parents and bool(noeud.args)
        if nom == "commit" and not positions_du_bus:
            yield noeud.lineno, f"commit hors de {TRANSACTION.name}"
        if nom in {"begin", "begin_nested"} and BD not in source.chemin.parents:
            yield noeud.lineno, f"{nom}() ouvre une transaction hors de socle.bd"
    for ligne, texte in chaines(source.arbre):
        if MOT_COMMIT.search(texte):
            yield ligne, f"COMMIT hors de {TRANSACTION.name}"


def pas_d_heure_sql(source: Source) -> Iterator[Constat]:
    """Dans un service, aucune heure d'affaires ne vient de la base : elle vient de l'horloge.

    `clock_timestamp()`, qui avoue le temps système, est admis : baux, attentes entre deux essais.
    """
    if source.chemin.parts[0] != "services" or source.est_essai:
        return
    for ligne, texte in chaines(source.arbre):
        if HEURE_SQL.search(texte):
            yield ligne, "heure prise dans le SQL : passez l'instant de l'acte"
    for noeud in ast.walk(source.arbre):
        if (
            isinstance(noeud, ast.Call)
            and dernier_nom(noeud.func) in FONCTIONS_SQL
            and nom_pointe(noeud.func).rpartition(".")[0] in {"func", "sa.func", "sqlalchemy.func"}
        ):
            yield noeud.lineno, "heure prise dans le SQL : passez l'instant de l'acte"
