"""Les jalons reçus : jusqu'où tous les faits d'un sujet sont arrivés ici."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson
from sqlalchemy import func, select

from socle.bd.connexion import Connexion
from socle.bd.instructions import parmi
from socle.bus.enveloppe import TYPE_JALON, Message, instant_lu, source_de
from socle.reception import tables

PARTITIONS_MAXIMALES = 10_000
"""Le nombre de partitions au-delà duquel un jalon ne se croit pas."""

_ANNONCE = "SELECT max(jusqua) FROM socle_jalon_annonce"
_GARDER = """
INSERT INTO socle_jalons AS j (sujet, partition, partitions, jusqua) VALUES ($1, $2, $3, $4)
ON CONFLICT (sujet, partition) DO UPDATE
SET jusqua = greatest(j.jusqua, excluded.jusqua), partitions = excluded.partitions
"""


async def dernier_annonce(pilote: asyncpg.Connection) -> datetime | None:
    """Le dernier jalon que ce service a annoncé pour son propre sujet."""
    jalon: datetime | None = await pilote.fetchval(_ANNONCE)
    return jalon


AVANCE_PERMISE = timedelta(minutes=5)
"""Ce dont un jalon peut devancer notre heure d'affaires : l'écart permis entre deux horloges."""


async def garder_jalons(
    pilote: asyncpg.Connection, messages: Sequence[Message], maintenant: datetime
) -> list[Message]:
    """Garde le dernier jalon de chaque partition d'un lot; il contient les précédents.

    Rend ceux qu'on ne croit pas : illisibles, d'une autre source que leur sujet, ou d'un avenir
    que notre horloge ne connaît pas. Un producteur dont l'heure est folle ne ferme aucune période.
    """
    gardes: dict[tuple[str, int], tuple[int, datetime]] = {}
    refuses: list[Message] = []
    for message in messages:
        if message.type != TYPE_JALON:
            continue
        try:
            gardes[message.sujet, message.partition] = _lire(message, maintenant + AVANCE_PERMISE)
        except (ValueError, TypeError, KeyError):
            refuses.append(message)
    for (sujet, partition), (partitions, jusqua) in sorted(gardes.items()):
        await pilote.execute(_GARDER, sujet, partition, partitions, jusqua)
    return refuses


def _lire(message: Message, limite: datetime) -> tuple[int, datetime]:
    """Le nombre de partitions et l'instant d'un jalon.

    Lève `ValueError`, `KeyError` ou `TypeError` s'il ne se lit pas ou ne se croit pas.
    """
    corps: Any = orjson.loads(message.charge)
    partitions, jusqua = int(corps["partitions"]), instant_lu(corps["jusqua"])
    # Les tout premiers jalons n'ont pas de source, et leurs sujets se gardent sans limite.
    if message.en_tetes.get("ce_source") not in (None, source_de(message.sujet)):
        raise ValueError("jalon d'une autre source")
    if jusqua > limite or not 0 <= message.partition < partitions <= PARTITIONS_MAXIMALES:
        raise ValueError("jalon impossible")
    return partitions, jusqua


_j = tables.jalons.c
_ATTEINTS = (
    select(_j.sujet, func.min(_j.jusqua), func.count(), func.max(_j.partitions))
    .where(parmi(_j.sujet, "sujets"))
    .group_by(_j.sujet)
)


async def jalon_atteint(connexion: Connexion, sujets: Sequence[str]) -> datetime | None:
    """L'instant T tel que tout fait de ces sujets enregistré avant T a été reçu ici.

    `None` tant qu'une partition d'un des sujets n'a pas donné de jalon.
    """
    lignes = await connexion.lignes(_ATTEINTS, {"sujets": list(sujets)})
    atteints = {sujet: jusqua for sujet, jusqua, recues, toutes in lignes if recues == toutes}
    return min(atteints.values()) if set(atteints) == set(sujets) else None
