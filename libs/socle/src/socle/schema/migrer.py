"""Applique les migrations d'un service, sous le rôle propriétaire."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine


def configuration(dossier: Path) -> Config:
    """La configuration Alembic d'un dossier de migrations."""
    configuration = Config()
    configuration.set_main_option("script_location", str(dossier))
    return configuration


async def migrer(dsn: SecretStr, dossier: Path, cible: str = "head") -> None:
    """Porte la base à la révision voulue; plusieurs appels simultanés s'attendent."""
    url = make_url(dsn.get_secret_value()).set(drivername="postgresql+asyncpg")
    moteur = create_async_engine(url)
    try:
        async with moteur.connect() as connexion:
            await connexion.run_sync(_monter, dossier, cible)
    finally:
        await moteur.dispose()


def _monter(connexion: Connection, dossier: Path, cible: str) -> None:
    reglages = configuration(dossier)
    reglages.attributes["connection"] = connexion
    command.upgrade(reglages, cible)
