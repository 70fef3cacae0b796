"""Les migrations donnent exactement les tables déclarées, toutes sous sécurité par ligne."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from outils.contrats.ecoutants import SERVICES
from outils.essais.greffon import Modeles
from socle.schema.attendu import revisions
from socle.schema.migration import SANS_BORNE, borner_les_temps, reecrire_les_politiques
from socle.schema.migrer import configuration
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
SELECT rolname, rolsuper OR rolbypassrls AS contourne FROM pg_roles
WHERE rolname ~ '_(api|interne|migrer)$'
"""
ORGANISME_ABSENT = """
SELECT i.indexrelid::regclass::text FROM pg_index i
JOIN pg_policy p ON p.polrelid = i.indrelid
WHERE i.indisunique AND NOT i.indisprimary
  AND pg_get_expr(p.polqual, p.polrelid) LIKE '%organisme%'
  AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid
                  AND a.attnum = ANY (i.indkey) AND a.attname IN ('organisme', 'id'))
"""
POLITIQUES = """
SELECT tablename, policyname, qual, with_check FROM pg_policies
WHERE cmd = 'ALL' AND qual LIKE '%sbg.organisme%' ORDER BY tablename
"""
EN_OU = (
    "(current_setting('sbg.portee', true) = 'mcn'"
    " OR (organisme <> '' AND organisme = current_setting('sbg.organisme', true)))"
)

ATTRIBUES = {"factures_numero", "publications_seao_numero"}


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
    def une_colonne_de_trop(connexion: Connection, service: Service[Any]) -> list[Any]:
        table = next(iter(service.tables.tables))
        connexion.execute(text(f"ALTER TABLE {table} ADD COLUMN de_trop int"))
        return ecarts(connexion, service)

    assert await lire(modeles, nom, ecarts) == []
    assert len(await lire(modeles, nom, une_colonne_de_trop)) == 1, "le contrôle voit un écart"


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
    def pouvoirs(connexion: Connection, _: Service[Any]) -> list[Any]:
        return list(connexion.execute(text(POUVOIRS)))

    roles = await lire(modeles, nom, pouvoirs)
    assert len(roles) >= 3
    assert [role.rolname for role in roles if role.contourne] == []


@CHAQUE_SERVICE
async def test_une_cle_unique_d_organisme_comprend_l_organisme(modeles: Modeles, nom: str) -> None:
    """Une clé nue trahirait, par son refus, l'existence de la ligne d'un autre.

    Un numéro que le système attribue lui-même ne trahit rien.
    """

    def cles_nues(connexion: Connection, _: Service[Any]) -> list[str]:
        return list(connexion.scalars(text(ORGANISME_ABSENT)))

    def une_cle_nue(connexion: Connection, service: Service[Any]) -> list[str]:
        connexion.execute(text("CREATE TABLE trahie (organisme text, numero int UNIQUE)"))
        connexion.execute(text("CREATE POLICY p ON trahie USING (organisme = 'MTQ')"))
        return cles_nues(connexion, service)

    assert set(await lire(modeles, nom, cles_nues)) <= ATTRIBUES
    assert "trahie_numero_key" in await lire(modeles, nom, une_cle_nue), "le contrôle en voit une"


@CHAQUE_SERVICE
async def test_aucune_colonne_de_temps_ne_tient_l_infini(modeles: Modeles, nom: str) -> None:
    """Le pilote écrit un infini aux bouts du calendrier, et le rend sans fuseau."""

    def sans_borne(connexion: Connection, _: Service[Any]) -> list[str]:
        return list(connexion.scalars(text(SANS_BORNE)))

    def une_oubliee(connexion: Connection, service: Service[Any]) -> list[str]:
        connexion.execute(text("CREATE TABLE oubliee (le timestamptz, jour date, nom text)"))
        return sans_borne(connexion, service)

    def fermee(connexion: Connection, service: Service[Any]) -> list[str]:
        connexion.execute(text("CREATE TABLE oubliee (le timestamptz, jour date, nom text)"))
        connexion.execute(text("INSERT INTO oubliee VALUES ('infinity')"))
        borner_les_temps(connexion)
        for colonne, infini in (("le", "-infinity"), ("jour", "infinity"), ("jour", "-infinity")):
            with pytest.raises(IntegrityError), connexion.begin_nested():
                connexion.execute(text(f"INSERT INTO oubliee ({colonne}) VALUES ('{infini}')"))
        connexion.execute(text("INSERT INTO oubliee (le) VALUES ('2026-09-01Z')"))
        return sans_borne(connexion, service)

    assert await lire(modeles, nom, sans_borne) == []
    assert await lire(modeles, nom, une_oubliee) == ["oubliee"], "le contrôle voit une oubliée"
    assert await lire(modeles, nom, fermee) == [], "une table d'avant se ferme pour la suite"


@CHAQUE_SERVICE
def test_les_noms_de_fichiers_disent_les_revisions_que_lit_alembic(nom: str) -> None:
    dossier = importlib.import_module(f"{nom}.main").service().migrations
    suite = ScriptDirectory.from_config(configuration(dossier)).walk_revisions()
    assert revisions(dossier) == tuple(r.revision for r in suite)[::-1]


@CHAQUE_SERVICE
async def test_une_politique_d_avant_se_reecrit_sans_changer_de_sens(
    modeles: Modeles, nom: str
) -> None:
    """Un OU faussait l'estimation : la base d'avant reçoit les politiques d'une base neuve."""

    def politiques(connexion: Connection, _: Service[Any]) -> list[Any]:
        return list(connexion.execute(text(POLITIQUES)))

    def reecrites(connexion: Connection, service: Service[Any]) -> list[Any]:
        for table, politique, *_autres in connexion.execute(text(POLITIQUES)).all():
            connexion.execute(
                text(f"ALTER POLICY {politique} ON {table} USING {EN_OU} WITH CHECK {EN_OU}")
            )
        reecrire_les_politiques(connexion)
        return politiques(connexion, service)

    neuves = await lire(modeles, nom, politiques)
    assert neuves
    assert all("CASE" in qual and qual == controle for _, _, qual, controle in neuves)
    assert await lire(modeles, nom, reecrites) == neuves


@CHAQUE_SERVICE
async def test_une_revision_donne_au_socle_la_table_qui_lui_manque(
    modeles: Modeles, nom: str
) -> None:
    """Une base d'avant reçoit la table, ses droits et ses bornes; une base neuve l'a déjà."""
    service: Service[Any] = importlib.import_module(f"{nom}.main").service()
    acces = await modeles.copie(service)
    moteur = create_async_engine(acces["migrer"].replace("postgresql://", "postgresql+asyncpg://"))
    reglages = configuration(service.migrations)

    def descendre_puis_monter(connexion: Connection) -> list[str]:
        reglages.attributes["connection"] = connexion
        avant = ScriptDirectory.from_config(reglages).walk_revisions()
        visee = next(r.down_revision for r in avant if "envois_ecartes" in r.path)
        command.downgrade(reglages, str(visee))
        absente = not inspect(connexion).has_table("socle_ecartes")
        command.upgrade(reglages, "head")
        assert absente
        return [
            *connexion.scalars(text(SANS_GARDE)),
            *connexion.scalars(text(SANS_BORNE)),
        ]

    async with moteur.connect() as connexion:
        assert await connexion.run_sync(descendre_puis_monter) == []
    await moteur.dispose()
