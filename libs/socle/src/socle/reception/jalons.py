"""Les jalons reçus : jusqu'où tous les faits d'un sujet sont arrivés ici."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from noyau import instant_plausible
from socle.bus.enveloppe import TYPE_JALON, Message
from socle.reception import tables

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


async def garder_jalons(pilote: asyncpg.Connection, messages: Sequence[Message]) -> None:
    """Garde le dernier jalon de chaque partition d'un lot; il contient les précédents."""
    derniers = {(m.sujet, m.partition): m for m in messages if m.type == TYPE_JALON}
    for message in derniers.values():
        corps = orjson.loads(message.charge)
        jusqua = instant_plausible(datetime.fromisoformat(corps["jusqua"]))
        partitions = corps["partitions"]
        await pilote.execute(_GARDER, message.sujet, message.partition, partitions, jusqua)


async def jalon_atteint(connexion: AsyncConnection, sujets: Sequence[str]) -> datetime | None:
    """L'instant T tel que tout fait de ces sujets enregistré avant T a été reçu ici.

    `None` tant qu'une partition d'un des sujets n'a pas donné de jalon.
    """
    j = tables.jalons.c
    lignes = await connexion.execute(
        select(j.sujet, func.min(j.jusqua), func.count(), func.max(j.partitions))
        .where(j.sujet.in_(sujets))
        .group_by(j.sujet)
    )
    atteints = {sujet: jusqua for sujet, jusqua, recues, toutes in lignes if recues == toutes}
    return min(atteints.values()) if set(atteints) == set(sujets) else None
