"""Réclamer un appel avant d'agir, et garder sa réponse pour le même appel répété."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

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

    def comprimer(self, dictionnaire: bytes) -> bytes:
        """Ce qui se garde, hors du statut : les en-têtes sur une ligne, puis le corps."""
        corps = self.corps if self.garde is None else self.garde
        compression = zlib.compressobj(zdict=dictionnaire)
        tete = orjson.dumps(dict(self.en_tetes)) + b"\n"
        return compression.compress(tete + corps) + compression.flush()

    @classmethod
    def relire(cls, statut: int, en_tetes: bytes, corps: bytes, dictionnaire: bytes) -> "Reponse":
        """La réponse gardée; celle qu'une version d'avant a gardée avec ses en-têtes à part."""
        if not en_tetes:
            tout = zlib.decompressobj(zdict=dictionnaire).decompress(corps)
            en_tetes, _, corps = tout.partition(b"\n")
        return cls(statut, corps, orjson.loads(en_tetes))


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

    @property
    def verrou(self) -> int:
        """Le verrou consultatif de cet appel : 64 bits de ce qui le distingue."""
        appel = f"{self.appelant}\x1f{self.operation}\x1f{self.cle}"
        return int.from_bytes(sha256(appel.encode()).digest()[:8], signed=True)


class ActeEnCours(Conflit):
    """Le même appel est déjà en cours; l'appelant réessaiera."""


class CleReutilisee(Exception):
    """La clé d'idempotence a servi à un autre appel (422)."""

    def __init__(self, en_tete: str) -> None:
        super().__init__(en_tete)
        self.en_tete = en_tete


# Le verrou s'est essayé avec BEGIN : ceci se lit après lui, donc dans un autre cliché, et
# la réponse d'un appel tout juste commis s'y voit.
_RETROUVER = """
SELECT current_setting('sbg.reclame')::boolean AS reclame,
       (SELECT max(jusqua) FROM socle_jalon_annonce) AS jalon,
       i.empreinte, i.statut, i.en_tetes, i.corps
FROM (SELECT 1) AS un
LEFT JOIN socle_idempotence AS i ON (i.appelant, i.operation, i.cle) = ($1, $2, $3)
"""


async def retrouver(
    pilote: asyncpg.Connection, reclamation: Reclamation, dictionnaire: bytes = b""
) -> tuple[Reponse | None, datetime | None]:
    """La réponse déjà donnée à cet appel, s'il y en a une, et le dernier jalon annoncé.

    La transaction a commencé par prendre son verrou. Lève `ActeEnCours` (409) ou
    `CleReutilisee` (422).
    """
    ligne = await pilote.fetchrow(
        _RETROUVER, reclamation.appelant, reclamation.operation, reclamation.cle
    )
    if not ligne["reclame"]:
        raise ActeEnCours("Le même appel est déjà en cours; réessayez dans un instant.")
    if ligne["statut"] is None:
        return None, ligne["jalon"]
    if ligne["empreinte"] != reclamation.empreinte:
        raise CleReutilisee(reclamation.en_tete)
    gardee = (ligne["statut"], ligne["en_tetes"], ligne["corps"])
    return Reponse.relire(*gardee, dictionnaire), ligne["jalon"]
