"""L'accès à PostgreSQL : un moteur par rôle, des délais bornés, aucun reste dans la réserve."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from socle.bd.connexion import Connexion

BAIL_VERROU = 60.0
FERMETURE = 2.0
"""Secondes données à une connexion pour se fermer d'elle-même."""
_FORME_DSN = "Un DSN PostgreSQL est attendu : postgresql://rôle:mot-de-passe@hôte:5432/base."
_PILOTES = frozenset({"postgresql", "postgres", "postgresql+asyncpg"})
_OPTIONS_DSN = frozenset({"host", "port", "ssl", "sslmode"})
_MODES_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class DelaisBase(BaseModel):
    """Les délais d'une connexion, en millisecondes, et la taille de la réserve."""

    connexion: int = Field(default=5_000, ge=1)
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


@dataclass(slots=True, eq=False)
class Moteur:
    """La réserve de connexions d'un rôle, ouverte au premier emprunt."""

    acces: Mapping[str, Any]
    delais: DelaisBase
    _reserve: asyncpg.Pool | None = field(default=None, init=False)

    @property
    def _attente(self) -> float:
        return self.delais.attente_reserve / 1000

    @asynccontextmanager
    async def emprunter(self) -> AsyncIterator[Connexion]:
        """Une connexion de la réserve. Rendue en pleine transaction, elle est coupée.

        Elle garderait l'organisme d'un autre.
        Lève `TimeoutError` si aucune ne se libère à temps.
        """
        reserve = self._reserve or await self._ouvrir()
        # Armer un délai que rien n'attend coûtait 3 % d'une lecture.
        libre = reserve.get_idle_size() > 0
        pilote = await reserve.acquire(timeout=None if libre else self._attente)
        try:
            yield Connexion(pilote)
        finally:
            couper(pilote, en_transaction=True)
            await reserve.release(pilote)

    @asynccontextmanager
    async def a_part(self) -> AsyncIterator[asyncpg.Connection]:
        """Une connexion hors de la réserve, fermée à la sortie : ce qu'elle tient s'en va."""
        pilote = await asyncpg.connect(**self.acces)
        try:
            yield pilote
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await pilote.close(timeout=FERMETURE)

    async def fermer(self) -> None:
        """Ferme la réserve, et coupe ce qui ne se rend pas; elle se rouvrirait à l'emprunt."""
        if self._reserve is not None:
            reserve, self._reserve = self._reserve, None
            with suppress(TimeoutError):
                async with asyncio.timeout(FERMETURE):
                    await reserve.close()

    async def _ouvrir(self) -> asyncpg.Pool:
        # Sans connexion d'avance, l'ouverture n'attend rien : deux emprunts n'en ouvrent qu'une.
        self._reserve = asyncpg.create_pool(
            min_size=0,
            max_size=self.delais.reserve,
            init=_lire_le_json,
            reset=_ne_rien_remettre,
            **self.acces,
        )
        return await self._reserve


def ouvrir_moteur(
    dsn: SecretStr | str, delais: DelaisBase, *, malgre_l_entretien: bool = False
) -> Moteur:
    """Construit le moteur d'un rôle. Les transactions sont ouvertes et closes par l'exécuteur.

    `malgre_l_entretien` : il écrit dans une base mise en lecture seule (une commande de
    l'exploitant, jamais un rôle qui sert).
    """
    permis = {"default_transaction_read_only": "off"} if malgre_l_entretien else {}
    adresse = adresse_de_base(dsn)
    acces = {
        "host": adresse.host,
        "port": adresse.port,
        "user": adresse.username,
        "password": adresse.password,
        "database": adresse.database,
        **adresse.query,
        "timeout": delais.connexion / 1000,
        "server_settings": {
            "application_name": "sbg",
            **permis,
            # Le défaut, 4, est d'un disque à plateaux : il préférait parcourir une clé dans l'ordre
            # et filtrer, plutôt que l'index du filtre.
            "random_page_cost": "1.1",
            "statement_timeout": str(delais.instruction),
            "lock_timeout": str(delais.verrou),
            "transaction_timeout": str(delais.transaction),
            "idle_in_transaction_session_timeout": str(delais.inactivite),
        },
    }
    return Moteur(acces, delais)


def couper(pilote: asyncpg.Connection, *, en_transaction: bool = False) -> None:
    """Coupe une connexion empruntée, seulement si elle est en transaction s'il est dit."""
    # Déjà coupée, elle s'est rendue d'elle-même à la réserve, et ne répond plus de rien.
    with suppress(asyncpg.InterfaceError):
        if not en_transaction or pilote.is_in_transaction():
            pilote.terminate()


async def _ne_rien_remettre(_: asyncpg.Connection) -> None:
    """Tout réglage est local à sa transaction : rien ne reste à effacer."""


async def _lire_le_json(pilote: asyncpg.Connection) -> None:
    """Le JSON se lit en objets Python; il s'écrit déjà composé (le type de sa colonne)."""
    await pilote.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        # PostgreSQL précède le jsonb de son numéro de version.
        encoder=lambda texte: b"\x01" + texte.encode(),
        decoder=lambda octets: orjson.loads(octets[1:]),
        format="binary",
    )


@asynccontextmanager
async def connexion_verrou(
    moteur: Moteur, bail: float = BAIL_VERROU
) -> AsyncIterator[asyncpg.Connection]:
    """Une connexion à part, hors transaction, pour tenir des verrous consultatifs de session.

    Un processus figé garde sa prise ouverte : passé `bail` secondes sans un mot, la base coupe la
    session et rend ses verrous.
    """
    async with moteur.a_part() as pilote:
        await pilote.execute(f"SET idle_session_timeout = {int(bail * 1000)}")
        yield pilote
