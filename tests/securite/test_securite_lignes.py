"""La sécurité par ligne, lue dans le catalogue de PostgreSQL : aucune table n'y échappe."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from demo.ports import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from tests.securite.constat import constater
from tests.securite.test_securite_locataires import alterer

pytestmark = pytest.mark.integration

_TABLES = """
SELECT c.relname AS nom, c.relrowsecurity AND c.relforcerowsecurity AS forcee,
       has_table_privilege(:api, c.oid, 'SELECT, INSERT, UPDATE, DELETE') AS permise,
       has_table_privilege(:api, c.oid, 'SELECT') AS lisible,
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
COMMUNES = frozenset(
    """
    fiches fiche_versions codes_reserves produits produit_prix prix fournisseurs ententes offres
    offres_versions offres_prix retraits fiches_retirees socle_sequences socle_jalon_annonce
    socle_jalons calendriers recalculs_acceptes compteurs services fermetures jalons_vus
    frais_grilles frais_retraits contrats_conclus ententes_actes fournisseurs_documents prestataires
    """.split()
)
"""Les tables que tout organisme lit : rien d'un organisme n'y est, sauf ce que la liste des
contrats conclus montre à tous (CI-22). Une neuve se déclare ici."""

_PASSAGES = """
SELECT format('vue %s', c.relname) FROM pg_class c
WHERE c.relkind IN ('v', 'm') AND c.relnamespace = 'public'::regnamespace
  AND has_table_privilege(:api, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
  AND NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false)
UNION ALL
SELECT format('fonction %s', f.proname) FROM pg_proc f
WHERE f.pronamespace = 'public'::regnamespace AND f.prosecdef
  AND has_function_privilege(:api, f.oid, 'EXECUTE')
UNION ALL
SELECT format('rôle %s', r.rolname) FROM pg_roles r
WHERE r.rolname <> :api AND pg_has_role(:api, r.oid, 'MEMBER')
"""
"""Ce qui mènerait l'API aux lignes par un autre rôle que le sien, donc par d'autres politiques."""

_ROLE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :api"
_PORTEE = "current_setting('sbg.portee'"
"""Ce que dit la politique d'une table du MCN, ou de lignes qui nomment plusieurs organismes."""
_NOMME = "organisme = current_setting('sbg.organisme'"


async def defauts(banc: Banc) -> tuple[set[str], list[str]]:
    """Les tables d'organisme, et ce qui n'y est pas comme il faut."""
    api = str(make_url(banc.roles.dsn("api").get_secret_value()).username)
    trouves: list[str] = []
    async with banc.interne() as connexion:
        if await connexion.valeur(text(_ROLE), {"api": api}):
            trouves.append(f"{api} contourne la sécurité par ligne")
        tables = await connexion.lignes(text(_TABLES), {"api": api})
        passages = await connexion.colonne(text(_PASSAGES), {"api": api})
    trouves += [f"{passage} : contourne les politiques" for passage in passages]
    for table in tables:
        if not table.forcee:
            trouves.append(f"{table.nom} : sans FORCE ROW LEVEL SECURITY")
        if table.possedee:
            trouves.append(f"{table.nom} : appartient à l'API")
        if not table.d_organisme:
            ouverte = not all(_PORTEE in politique for politique in table.politiques)
            if table.lisible and ouverte and table.nom not in COMMUNES:
                trouves.append(f"{table.nom} : lue de tous, sans être déclarée commune")
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
    "table d'organisme qui ne dit pas l'organisme": (
        "CREATE TABLE pieces (demande_id uuid, note text);"
        " ALTER TABLE pieces ENABLE ROW LEVEL SECURITY;"
        " ALTER TABLE pieces FORCE ROW LEVEL SECURITY;"
        " CREATE POLICY p ON pieces USING (true); GRANT SELECT ON pieces TO PUBLIC"
    ),
    "vue du propriétaire": (
        "CREATE VIEW toutes AS SELECT * FROM demandes; GRANT SELECT ON toutes TO PUBLIC"
    ),
    "fonction du propriétaire": (
        "CREATE FUNCTION toutes() RETURNS SETOF demandes LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT * FROM demandes'"
    ),
    "politique ôtée": "DROP POLICY demandes_api ON demandes",
}


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_mutant_une_table_ouverte_est_attrapee(banc: MonterBanc, mutant: str) -> None:
    monte = await banc("demandes")
    await alterer(monte, MUTANTS[mutant])
    assert (await defauts(monte))[1]
