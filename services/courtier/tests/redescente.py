"""Défaire et refaire une migration sur une base qui vit déjà."""

from collections.abc import Callable

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from outils.essais.banc import Banc
from socle.schema.migrer import configuration


async def refaire(banc: Banc, sujet: str, entre: Callable[[Connection], None]) -> None:
    """Redescend avant la migration de ce sujet, agit sur l'ancien schéma, puis remonte tout."""
    dsn = banc.roles.dsn("migrer").get_secret_value()
    moteur = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
    reglages = configuration(banc.service.migrations)
    revisions = ScriptDirectory.from_config(reglages).walk_revisions()
    precedente = next(r.down_revision for r in revisions if r.path.endswith(f"_{sujet}.py"))

    def redescendre(connexion: Connection) -> None:
        reglages.attributes["connection"] = connexion
        command.downgrade(reglages, str(precedente))
        entre(connexion)
        command.upgrade(reglages, "head")
        connexion.commit()

    async with moteur.connect() as connexion:
        await connexion.run_sync(redescendre)
    await moteur.dispose()
