"""La base du service : les métadonnées communes à ses tables, et sa garde d'écriture."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import DateTime, MetaData, Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from noyau import VersionPerimee

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)


async def remplacer(connexion: AsyncConnection, table: Table, valeurs: Mapping[str, Any]) -> None:
    """Écrit la version suivante d'un agrégat; lève `VersionPerimee` si une autre l'a précédée."""
    colonnes = table.c
    resultat = await connexion.execute(
        update(table)
        .where(colonnes.id == valeurs["id"], colonnes.version == valeurs["version"] - 1)
        .values(**valeurs)
    )
    if resultat.rowcount != 1:
        raise VersionPerimee("L'objet a changé entre-temps.")
