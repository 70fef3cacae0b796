"""L'accès à PostgreSQL : un moteur par rôle, des délais bornés, aucun reste dans la réserve."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import orjson
from pydantic import BaseModel, PostgresDsn, SecretStr
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BAIL_VERROU = 60.0


class DelaisBase(BaseModel):
    """Les délais d'une connexion, en millisecondes, et la taille de la réserve."""

    instruction: int = 5_000
    verrou: int = 2_000
    transaction: int = 15_000
    inactivite: int = 10_000
    reserve: int = 8
    attente_reserve: int = 3_000


def ouvrir_moteur(dsn: PostgresDsn | SecretStr | str, delais: DelaisBase) -> AsyncEngine:
    """Construit le moteur d'un rôle. Les transactions sont ouvertes et closes par l'exécuteur."""
    texte = dsn.get_secret_value() if isinstance(dsn, SecretStr) else str(dsn)
    moteur = create_async_engine(
        make_url(texte).set(drivername="postgresql+asyncpg"),
        isolation_level="AUTOCOMMIT",
        pool_size=delais.reserve,
        max_overflow=0,
        pool_timeout=delais.attente_reserve / 1000,
        pool_recycle=1_800,
        json_serializer=lambda valeur: orjson.dumps(valeur).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": "sbg",
                "statement_timeout": str(delais.instruction),
                "lock_timeout": str(delais.verrou),
                "transaction_timeout": str(delais.transaction),
                "idle_in_transaction_session_timeout": str(delais.inactivite),
            },
        },
    )
    event.listen(moteur.sync_engine, "checkin", _jeter_si_en_transaction)
    event.listen(moteur.sync_engine, "checkout", _refuser_si_morte)
    return moteur


def _jeter_si_en_transaction(
    connexion: DBAPIConnection | None, entree: ConnectionPoolEntry
) -> None:
    """Une connexion rendue au milieu d'une transaction garderait l'organisme d'un autre."""
    if connexion is not None and cast("Any", connexion).driver_connection.is_in_transaction():
        entree.invalidate()


def _refuser_si_morte(
    connexion: DBAPIConnection, _: ConnectionPoolEntry, __: PoolProxiedConnection
) -> None:
    """Une connexion que la base a coupée : la réserve en ouvre une autre aussitôt.

    SQLAlchemy ne le verrait pas seul : le socle parle au pilote sans passer par ses curseurs.
    """
    if cast("Any", connexion).driver_connection.is_closed():
        raise DisconnectionError


def brute(connexion: AsyncConnection) -> asyncpg.Connection:
    """La connexion asyncpg sous-jacente, pour les instructions du socle et les COPY."""
    ouverte = connexion.sync_connection
    if ouverte is None:
        raise TypeError("La connexion n'est pas ouverte.")
    return cast("asyncpg.Connection", ouverte.connection.driver_connection)


@asynccontextmanager
async def connexion_verrou(
    moteur: AsyncEngine, bail: float = BAIL_VERROU
) -> AsyncIterator[asyncpg.Connection]:
    """Une connexion hors transaction, pour tenir des verrous consultatifs de session.

    Un processus figé garde sa prise ouverte : passé `bail` secondes sans un mot, la base coupe la
    session et rend ses verrous.
    """
    async with moteur.connect() as connexion:
        pilote = brute(connexion)
        try:
            await pilote.execute(f"SET idle_session_timeout = {int(bail * 1000)}")
            yield pilote
        finally:
            if not pilote.is_closed():
                await pilote.execute("SELECT pg_advisory_unlock_all(); RESET idle_session_timeout")
