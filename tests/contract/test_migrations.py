"""Les migrations donnent exactement les tables déclarées, toutes sous sécurité par ligne."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from outils.contrats.ecoutants import SERVICES
from outils.essais.greffon import Modeles
from socle.service import Service

pytestmark = pytest.mark.integration
CHAQUE_SERVICE = pytest.mark.parametrize("nom", SERVICES)

SANS_GARDE = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> 'alembic_version'
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
"""
POUVOIRS = """
SELECT rolname FROM pg_roles
WHERE rolname ~ '_(api|interne|migrer)$' AND (rolsuper OR rolbypassrls)
"""
ORGANISME_ABSENT = """
SELECT i.indexrelid::regclass::text FROM pg_index i
JOIN pg_policy p ON p.polrelid = i.indrelid
WHERE i.indisunique AND NOT i.indisprimary
  AND pg_get_expr(p.polqual, p.polrelid) LIKE '%organisme%'
  AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid
                  AND a.attnum = ANY (i.indkey) AND a.attname IN ('organisme', 'id'))
"""

ATTRIBUES = {"factures_numero"}


async def lire(
    modeles: Modeles, nom: str, vue: Callable[[Connection, Service[Any]], list[Any]]
) -> list[Any]:
    """Lit une base neuve et migrée de ce service, en propriétaire."""
    service: Service[Any] = importlib.import_module(f"{nom}.main").service()
    acces = await modeles.copie(service)
    dsn = acces["migrer"].replace("postgresql://", "postgresql+asyncpg://")
    moteur: AsyncEngine = create_async_engine(dsn)
    try:
        async with moteur.connect() as connexion:
            return await connexion.run_sync(vue, service)
    finally:
        await moteur.dispose()


def ecarts(connexion: Connection, service: Service[Any]) -> list[Any]:
    """Ce qui diffère, hors des tables du socle, que `creer_socle` tire de leur déclaration."""

    def est_du_service(nom: str | None, genre: str, _parents: object) -> bool:
        return not (genre == "table" and (nom or "").startswith("socle_"))

    options = {"compare_type": True, "include_name": est_du_service}
    contexte = MigrationContext.configure(connexion, opts=options)
    trouves = compare_metadata(contexte, service.tables)
    return [ecart for ecart in trouves if "comment" not in repr(operation(ecart))]


def operation(ecart: Any) -> object:  # noqa: ANN401 -- alembic rend des tuples et des listes mêlés
    """Le nom d'une différence (« add_column »); un commentaire ne change pas une table."""
    return operation(ecart[0]) if isinstance(ecart, list) else ecart[0]


@CHAQUE_SERVICE
async def test_les_migrations_donnent_les_tables_declarees(modeles: Modeles, nom: str) -> None:
    assert await lire(modeles, nom, ecarts) == []


@CHAQUE_SERVICE
async def test_toute_table_est_sous_securite_par_ligne(modeles: Modeles, nom: str) -> None:
    def sans_garde(connexion: Connection, _: Service[Any]) -> list[str]:
        return list(connexion.scalars(text(SANS_GARDE)))

    def une_oubliee(connexion: Connection, _: Service[Any]) -> list[str]:
        connexion.execute(text("CREATE TABLE oubliee (id int)"))
        return list(connexion.scalars(text(SANS_GARDE)))

    assert await lire(modeles, nom, sans_garde) == []
    assert await lire(modeles, nom, une_oubliee) == ["oubliee"], "le contrôle voit une oubliée"


@CHAQUE_SERVICE
async def test_aucun_role_d_un_service_ne_contourne_la_securite(modeles: Modeles, nom: str) -> None:
    def pouvoirs(connexion: Connection, _: Service[Any]) -> list[str]:
        return list(connexion.scalars(text(POUVOIRS)))

    assert await lire(modeles, nom, pouvoirs) == []


@CHAQUE_SERVICE
async def test_une_cle_unique_d_organisme_comprend_l_organisme(modeles: Modeles, nom: str) -> None:
    """Une clé nue trahirait, par son refus, l'existence de la ligne d'un autre.

    Un numéro que le système attribue lui-même ne trahit rien.
    """

    def cles_nues(connexion: Connection, _: Service[Any]) -> list[str]:
        return list(connexion.scalars(text(ORGANISME_ABSENT)))

    assert set(await lire(modeles, nom, cles_nues)) <= ATTRIBUES
