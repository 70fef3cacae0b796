"""Réclamer un appel avant d'agir, et garder sa réponse pour le même appel répété."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg
import orjson

from noyau import Conflit


@dataclass(frozen=True, slots=True)
class Reponse:
    """Une réponse HTTP prête à partir, telle qu'elle est gardée pour un même appel répété.

    `garde`, s'il est donné, est gardé à la place du corps : ce qui ne se montre qu'une fois.
    """

    statut: int = 204
    corps: bytes = b""
    en_tetes: Mapping[str, str] = field(default_factory=dict)
    garde: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reclamation:
    """Qui appelle quelle opération, sous quelle clé, avec quelle demande (empreinte).

    `operation` est un nom déclaré et stable : le changer rouvrirait ce qui a déjà été fait.
    """

    appelant: str
    operation: str
    cle: str
    empreinte: bytes
    organisme: str
    en_tete: str = "Idempotency-Key"
    """L'en-tête qui porte la clé, pour le dire à l'appelant."""


class ActeEnCours(Conflit):
    """Le même appel est déjà en cours; l'appelant réessaiera."""


class CleReutilisee(Exception):
    """La clé d'idempotence a servi à un autre appel (422)."""

    def __init__(self, en_tete: str) -> None:
        super().__init__(en_tete)
        self.en_tete = en_tete


_RECLAMER = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"

# Lu après le verrou, donc dans un autre cliché : la réponse d'un appel tout juste commis s'y voit.
_RETROUVER = """
SELECT (SELECT max(jusqua) FROM socle_jalon_annonce) AS jalon,
       i.empreinte, i.statut, i.en_tetes, i.corps
FROM (SELECT 1) AS un
LEFT JOIN socle_idempotence AS i ON (i.appelant, i.operation, i.cle) = ($1, $2, $3)
"""


async def reclamer(
    pilote: asyncpg.Connection, reclamation: Reclamation
) -> tuple[Reponse | None, datetime | None]:
    """Réclame un appel; rend la réponse déjà donnée, s'il y en a une, et le dernier jalon annoncé.

    Lève `ActeEnCours` (409) ou `CleReutilisee` (422).
    """
    cle = f"{reclamation.appelant}\x1f{reclamation.operation}\x1f{reclamation.cle}"
    if not await pilote.fetchval(_RECLAMER, cle):
        raise ActeEnCours("Le même appel est déjà en cours; réessayez dans un instant.")
    ligne = await pilote.fetchrow(
        _RETROUVER, reclamation.appelant, reclamation.operation, reclamation.cle
    )
    if ligne is None or ligne["statut"] is None:
        return None, ligne and ligne["jalon"]
    if ligne["empreinte"] != reclamation.empreinte:
        raise CleReutilisee(reclamation.en_tete)
    return Reponse(ligne["statut"], ligne["corps"], orjson.loads(ligne["en_tetes"])), ligne["jalon"]
