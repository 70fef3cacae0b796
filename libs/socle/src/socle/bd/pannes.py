"""Distinguer la panne (on attend, on reprend) du poison (on écarte, avec sa raison)."""

from collections.abc import Iterator
from datetime import datetime

import asyncpg

_A_REPRENDRE = {"40001", "40P01"}
_DELAIS = {"57014", "55P03", "25006", "25P03", "25P04", "53300"}
_TROP_LONG = {"57014", "25P04"}
_CLASSES_PANNE = ("08", "28", "3D", "57P", "53", "58")
_SCHEMA_CHANGE = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
# Droits ou schéma qui ne sont pas encore là : le déploiement est en cause, jamais la donnée.
_DEPLOIEMENT = {"42501", "42P01", "42703"}


def code_sql(erreur: BaseException) -> str | None:
    """Le code SQLSTATE d'une erreur de base; rien pour une autre erreur."""
    return next(_codes(erreur), None)


def _codes(erreur: BaseException) -> Iterator[str]:
    """Les codes de l'erreur et de ses causes, de proche en proche."""
    for cause in _causes(erreur):
        code = getattr(cause, "sqlstate", None)
        if isinstance(code, str):
            yield code


def _causes(erreur: BaseException) -> Iterator[BaseException]:
    """L'erreur, puis ce qui l'a causée, de proche en proche."""
    cause: BaseException | None = erreur
    while cause is not None:
        yield cause
        cause = cause.__cause__


def est_refus_de_politique(erreur: BaseException) -> bool:
    """La sécurité par ligne refuse d'écrire une ligne qui n'est pas de l'organisme du jeton.

    PostgreSQL lui donne le code d'un droit manquant (42501); seule la fonction qui a parlé les
    distingue, dans toutes les langues.
    """
    refus = (c for c in _causes(erreur) if isinstance(c, asyncpg.InsufficientPrivilegeError))
    return getattr(next(refus, None), "server_source_function", None) == "ExecWithCheckOptions"


def est_a_reprendre(erreur: BaseException) -> bool:
    """La base a sacrifié la transaction (40001, 40P01), ou le schéma vient de changer sous elle.

    La même transaction peut réussir.
    """
    return code_sql(erreur) in _A_REPRENDRE or isinstance(erreur, _SCHEMA_CHANGE)


def est_panne(erreur: BaseException) -> bool:
    """Une perte de service (base, réseau, délai) : rien à reprocher à la donnée."""
    if est_refus_de_politique(erreur):
        return False
    if isinstance(erreur, (OSError, TimeoutError, asyncpg.InterfaceError, *_SCHEMA_CHANGE)):
        return True
    code = code_sql(erreur)
    return code is not None and (
        code in _A_REPRENDRE | _DELAIS | _DEPLOIEMENT or code.startswith(_CLASSES_PANNE)
    )


def a_depasse_le_delai(erreur: BaseException) -> bool:
    """La base a interrompu une instruction ou une transaction trop longue.

    Elle ferme alors la connexion (25P04) : la cause en est plus loin que la perte.
    """
    return not _TROP_LONG.isdisjoint(_codes(erreur))


class EnEntretien(Exception):
    """La base ne s'écrit pas; `fin` : quand l'exploitant dit qu'elle s'écrira, s'il l'a dit."""

    sqlstate = "25006"

    def __init__(self, fin: datetime | None) -> None:
        super().__init__(f"La base ne s'écrit pas; fin prévue : {fin or 'non dite'}.")
        self.fin = fin


def fin_d_entretien(erreur: BaseException) -> datetime | None:
    """Quand finira l'entretien qui a causé cette erreur, si quelqu'un l'a dit."""
    dites = (c.fin for c in _causes(erreur) if isinstance(c, EnEntretien))
    return next(dites, None)


def est_lecture_seule(erreur: BaseException) -> bool:
    """La base ne s'écrit pas en ce moment : un entretien, ou une restauration à réaligner."""
    return code_sql(erreur) == "25006"


def est_unicite(erreur: BaseException) -> bool:
    """Une contrainte d'unicité a refusé la ligne."""
    return code_sql(erreur) == "23505"


def est_valeur_impossible(erreur: BaseException) -> bool:
    """Un caractère nul ou un nombre hors bornes : la base ne peut tenir cette valeur.

    asyncpg le dit souvent lui-même (22000), sans rien envoyer.
    """
    return code_sql(erreur) in {"22000", "22021", "22P05", "22003"}
