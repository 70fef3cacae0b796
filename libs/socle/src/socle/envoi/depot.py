"""Déposer des faits dans la boîte d'envoi, dans la transaction de l'acte qui les établit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

import asyncpg
import orjson

from noyau import Conflit, Fait
from socle.envoi.evenements import Publications, evenement_de
from socle.identifiants import uuid7

FRAGMENTS = 64
"""Nombre fixe de fragments, où l'ordre se garde; inscrit dans chaque ligne."""

CHARGE_MAXIMALE = 900_000
"""Octets; au-delà, le bus refuserait le message et l'agrégat resterait bloqué."""


@dataclass(frozen=True, slots=True)
class LigneSortante:
    """Une ligne de la boîte d'envoi, avant que la base ne lui donne son numéro de séquence."""

    sujet: str
    cle: str
    type: str
    version: int
    survenu_le: datetime
    charge: bytes
    en_tetes: Mapping[str, str] = field(default_factory=dict)
    evenement_id: UUID = field(default_factory=uuid7)

    def __post_init__(self) -> None:
        if len(self.charge) > CHARGE_MAXIMALE:
            raise Conflit(f"L'événement {self.type} dépasse {CHARGE_MAXIMALE} octets.")


def lignes_de(
    faits: Iterable[Fait], table: Publications, sujet: str, en_tetes: Mapping[str, str]
) -> list[LigneSortante]:
    """Les lignes des faits publics, dans leur ordre."""
    publies = ((fait, evenement_de(fait, table)) for fait in faits)
    return [
        LigneSortante(
            sujet=sujet,
            cle=evenement.cle,
            type=evenement.TYPE,
            version=evenement.VERSION,
            survenu_le=fait.survenu_le,
            charge=evenement.model_dump_json().encode(),
            en_tetes=en_tetes,
            evenement_id=fait.acte_id or uuid7(),
        )
        for fait, evenement in publies
        if evenement is not None
    ]


# Le compteur par clé se verrouille jusqu'au COMMIT : les lignes d'un même agrégat deviennent
# visibles dans l'ordre de leurs numéros, et leurs `id` suivent cet ordre.
DEPOT = """
f AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[],
                       $7::timestamptz[], $8::bytea[], $9::bytea[])
  WITH ORDINALITY
  AS f(evenement_id, sujet, cle, fragment, type, version, survenu_le, en_tetes, charge, rang)
), c AS (
  INSERT INTO socle_sequences AS s (sujet, cle, derniere)
  SELECT sujet, cle, count(*) FROM f GROUP BY sujet, cle ORDER BY sujet, cle
  ON CONFLICT (sujet, cle) DO UPDATE SET derniere = s.derniere + excluded.derniere
  RETURNING sujet, cle, derniere
), o AS (
  INSERT INTO socle_outbox (evenement_id, sujet, cle, fragment, sequence, type, version,
                            survenu_le, enregistre_le, en_tetes, charge)
  SELECT f.evenement_id, f.sujet, f.cle, f.fragment,
         c.derniere + 1 - row_number() OVER (PARTITION BY f.sujet, f.cle ORDER BY f.rang DESC),
         f.type, f.version, f.survenu_le, $10, f.en_tetes, f.charge
  FROM f JOIN c USING (sujet, cle) ORDER BY f.rang
)
"""
"""Le dépôt, en étapes d'une instruction : ce qui s'écrit du même coup suit, dès `$11`."""
_DEPOSER = f"WITH {DEPOT} SELECT"


async def deposer(
    pilote: asyncpg.Connection, lignes: Sequence[LigneSortante], enregistre_le: datetime
) -> None:
    """Met des faits dans la boîte d'envoi, numérotés sans trou par (sujet, clé)."""
    await pilote.execute(_DEPOSER, *valeurs_du_depot(lignes, enregistre_le))


def valeurs_du_depot(lignes: Sequence[LigneSortante], enregistre_le: datetime) -> tuple[Any, ...]:
    """Les valeurs de `DEPOT` : `$1` à `$10`."""
    return (
        [ligne.evenement_id for ligne in lignes],
        [ligne.sujet for ligne in lignes],
        [ligne.cle for ligne in lignes],
        [fragment_de(ligne.cle) for ligne in lignes],
        [ligne.type for ligne in lignes],
        [ligne.version for ligne in lignes],
        [ligne.survenu_le for ligne in lignes],
        [orjson.dumps(dict(ligne.en_tetes)) for ligne in lignes],
        [ligne.charge for ligne in lignes],
        enregistre_le,
    )


def fragment_de(cle: str) -> int:
    """Le fragment d'une clé : stable, pour que l'ordre par agrégat tienne."""
    return crc32(cle.encode()) % FRAGMENTS
