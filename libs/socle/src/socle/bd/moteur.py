"""L'accès à PostgreSQL : un moteur par rôle, des délais bornés, aucun reste dans la réserve."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import orjson
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BAIL_VERROU = 60.0
_FORME_DSN = "Un DSN PostgreSQL est attendu : postgresql://rôle:mot-de-passe@hôte:5432/base."
_PILOTES = frozenset({"postgresql", "postgres", "postgresql+asyncpg"})
_OPTIONS_DSN = frozenset({"host", "port", "ssl", "sslmode"})
_MODES_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class DelaisBase(BaseModel):
    """Les délais d'une connexion, en millisecondes, et la taille de la réserve."""

    instruction: int = Field(default=5_000, ge=1)
    verrou: int = Field(default=2_000, ge=1)
    transaction: int = Field(default=15_000, ge=1)
    inactivite: int = Field(default=10_000, ge=1)
    reserve: int = Field(default=8, ge=1)
    attente_reserve: int = Field(default=3_000, ge=1)


def adresse_de_base(dsn: SecretStr | str) -> URL:
    """L'adresse que dit un DSN; `sslmode`, le mot de libpq, y vaut `ssl`, celui du pilote.

    Lève `ValueError` s'il n'en est pas un, sans jamais le redire : il porte un secret.
    """
    texte = dsn.get_secret_value() if isinstance(dsn, SecretStr) else dsn
    try:
        adresse = make_url(texte)
    except (ArgumentError, ValueError):
        raise ValueError(_FORME_DSN) from None
    options = dict(adresse.query)
    lieu = adresse.host or options.get("host")
    if adresse.drivername not in _PILOTES or not (lieu and adresse.username and adresse.database):
        raise ValueError(_FORME_DSN)
    if inconnues := options.keys() - _OPTIONS_DSN:
        raise ValueError(f"Options du DSN inconnues : {', '.join(sorted(inconnues))}.")
    if (mode := options.pop("sslmode", None)) is not None:
        options["ssl"] = mode
    if options.get("ssl", "require") not in _MODES_SSL:
        raise ValueError(f"sslmode : {', '.join(_MODES_SSL)}.")
    return adresse.set(drivername="postgresql+asyncpg", query=options)


def ouvrir_moteur(dsn: SecretStr | str, delais: DelaisBase) -> AsyncEngine:
    """Construit le moteur d'un rôle. Les transactions sont ouvertes et closes par l'exécuteur."""
    moteur = create_async_engine(
        adresse_de_base(dsn),
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
