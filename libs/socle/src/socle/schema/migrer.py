"""Applique les migrations d'un service, sous le rôle propriétaire."""

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from socle.bd.moteur import adresse_de_base
from socle.schema.attendu import revisions

journal = structlog.get_logger()


def configuration(dossier: Path) -> Config:
    """La configuration Alembic d'un dossier de migrations."""
    configuration = Config()
    configuration.set_main_option("script_location", str(dossier))
    return configuration


async def migrer(dsn: SecretStr, dossier: Path, cible: str = "head") -> None:
    """Porte la base à la révision voulue; plusieurs appels simultanés s'attendent.

    Une base que le code d'après a déjà portée plus loin y reste : le nôtre y tourne. Lève
    `ValueError` si ce rôle n'est pas celui des migrations.
    """
    moteur = create_async_engine(adresse_de_base(dsn))
    try:
        async with moteur.connect() as connexion:
            await connexion.run_sync(_monter, dossier, cible)
    finally:
        await moteur.dispose()


def _monter(connexion: Connection, dossier: Path, cible: str) -> None:
    if devant := _lues(connexion) - set(revisions(dossier)):
        journal.warning("migrations.base_en_avance", revisions=sorted(devant))
        return
    reglages = configuration(dossier)
    reglages.attributes["connection"] = connexion
    command.upgrade(reglages, cible)


def _lues(connexion: Connection) -> set[str]:
    """Où en est la base. Rien ne reste ouvert : alembic tient ensuite sa propre transaction."""
    lues = MigrationContext.configure(connexion).get_current_heads()
    connexion.rollback()
    return set(lues)
