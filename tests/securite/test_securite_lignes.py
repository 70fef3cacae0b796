"""La sécurité par ligne, lue dans le catalogue de PostgreSQL : aucune table n'y échappe."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from demo.systeme import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from tests.securite.constat import constater
from tests.securite.test_securite_locataires import alterer

pytestmark = pytest.mark.integration

_TABLES = """
SELECT c.relname AS nom, c.relrowsecurity AND c.relforcerowsecurity AS forcee,
       has_table_privilege(:api, c.oid, 'SELECT, INSERT, UPDATE, DELETE') AS permise,
       pg_get_userbyid(c.relowner) = :api AS possedee,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisme'
               AND NOT a.attisdropped) AS d_organisme,
       array(SELECT concat_ws(' et ', p.qual, p.with_check) FROM pg_policies p
             WHERE p.tablename = c.relname AND (p.roles && ARRAY[:api, 'public']::name[])
             AND p.permissive = 'PERMISSIVE') AS politiques
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND c.relname <> 'alembic_version'
"""
_ROLE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :api"
_NOMME = "organisme = current_setting('sbg.organisme'"


async def defauts(banc: Banc) -> tuple[set[str], list[str]]:
    """Les tables d'organisme, et ce qui n'y est pas comme il faut."""
    api = str(make_url(banc.roles.dsn("api").get_secret_value()).username)
    trouves: list[str] = []
    async with banc.interne() as connexion:
        if await connexion.scalar(text(_ROLE), {"api": api}):
            trouves.append(f"{api} contourne la sécurité par ligne")
        tables = (await connexion.execute(text(_TABLES), {"api": api})).all()
    for table in tables:
        if not table.forcee:
            trouves.append(f"{table.nom} : sans FORCE ROW LEVEL SECURITY")
        if table.possedee:
            trouves.append(f"{table.nom} : appartient à l'API")
        if not table.d_organisme:
            continue
        if table.permise and not table.politiques:
            trouves.append(f"{table.nom} : aucune politique pour l'API")
        trouves += [
            f"{table.nom} : une politique ne nomme pas l'organisme"
            for politique in table.politiques
            if not all(_NOMME in partie for partie in politique.split(" et "))
        ]
    return {table.nom for table in tables if table.d_organisme}, trouves


@pytest.mark.parametrize("service", SERVICES)
async def test_chaque_table_d_organisme_est_protegee(banc: MonterBanc, service: str) -> None:
    tables, trouves = await defauts(await banc(service))
    assert tables
    assert not trouves
    fautives = {faute.partition(" : ")[0] for faute in trouves}
    part = 100 * len(tables - fautives) / len(tables)
    constater(f"lignes, {service} : tables d'organisme sous FORCE et politique, %", part)


MUTANTS = {
    "table sans politique": "CREATE TABLE notes (organisme text, note text)",
    "table sans FORCE": "ALTER TABLE demandes NO FORCE ROW LEVEL SECURITY",
    "politique USING (true)": "ALTER POLICY demandes_api ON demandes USING (true)",
    "politique WITH CHECK (true)": "ALTER POLICY actifs_api ON actifs WITH CHECK (true)",
    "politique de plus, pour tous": "CREATE POLICY p ON webhooks FOR SELECT TO PUBLIC USING (true)",
    "politique ôtée": "DROP POLICY demandes_api ON demandes",
}


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_mutant_une_table_ouverte_est_attrapee(banc: MonterBanc, mutant: str) -> None:
    monte = await banc("demandes")
    await alterer(monte, MUTANTS[mutant])
    assert (await defauts(monte))[1]
