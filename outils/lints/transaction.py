"""Une transaction se clôt en un seul endroit; l'heure ne vient pas du SQL, ni le jour d'UTC."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from outils.lints.cadre import Constat, Source, chaines, dernier_nom, nom_pointe

TRANSACTION = PurePosixPath("libs/socle/src/socle/bd/transaction.py")
BD = PurePosixPath("libs/socle/src/socle/bd")
RECEPTION = PurePosixPath("libs/socle/src/socle/reception")
TEMPS = PurePosixPath("libs/noyau/src/noyau/temps.py")
MOT_COMMIT = re.compile(r"\bCOMMIT\b")
HEURE_SQL = re.compile(
    r"\b(now|transaction_timestamp|statement_timestamp)\s*\(\s*\)"
    r"|\b(CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|LOCALTIMESTAMP)\b",
    re.IGNORECASE,
)
JOUR_SQL = re.compile(r"::\s*date\b|\bdate_trunc\s*\(", re.IGNORECASE)
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


def jour_de_quebec_seul(source: Source) -> Iterator[Constat]:
    """Le jour d'un instant est celui de Québec, que `noyau.jour_de_quebec` seul sait dire.

    De 20 h à minuit à Québec, la date UTC est déjà celle du lendemain.
    """
    if not source.est_produit or source.chemin == TEMPS:
        return
    for noeud in ast.walk(source.arbre):
        if not isinstance(noeud, ast.Call) or not isinstance(noeud.func, ast.Attribute):
            continue
        if noeud.func.attr == "date" and not noeud.args:
            yield noeud.lineno, ".date() : le jour d'un instant est noyau.jour_de_quebec"
    for ligne, texte in chaines(source.arbre):
        if JOUR_SQL.search(texte):
            yield ligne, "jour pris dans le SQL : passez un jour de Québec"
