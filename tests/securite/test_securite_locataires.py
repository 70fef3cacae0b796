"""Aucun organisme n'atteint les données d'un autre, par aucune opération d'aucun document.

Tout vient des documents OpenAPI et de la base : une route ou une table nouvelle y entre seule.
"""

import re
from collections import Counter

import asyncpg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from demo.ports import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from tests.securite.constat import constater
from tests.securite.gestes import ALPHA, BRAVO, ORGANISMES
from tests.securite.intrus import ROLES_INTRUS, Bilan, Donnees, Intrus
from tests.securite.semis import REGLAGES, SEMIS

pytestmark = pytest.mark.integration

FILES = {"revues", "reveils", "a_corriger", "numeros_retenus"}
"""Des files de travail, que leur travail vide; et ce que laisse une base restaurée."""

# Un aperçu calcule et n'écrit rien (FAC-7) : il répond 200, une exécution 202.
SANS_ECRITURE = ("POST /v1/executions", "200")

TABLES = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'socle%'
AND relname <> 'alembic_version'
"""


async def seme(banc: MonterBanc, service: str) -> Banc:
    """Un service monté, avec les données de deux organismes."""
    monte = await banc(service, **REGLAGES.get(service, {}))
    await SEMIS[service](monte)
    return monte


async def alterer(banc: Banc, *instructions: str) -> None:
    """Fait d'un banc un mutant, par le rôle propriétaire de sa base."""
    migrer = banc.roles.reglages.base.migrer
    assert migrer is not None
    connexion = await asyncpg.connect(migrer.get_secret_value())
    try:
        for instruction in instructions:
            await connexion.execute(instruction)
    finally:
        await connexion.close()


async def eprouver(banc: Banc, donnees: Donnees, moi: str, lui: str) -> Bilan:
    """Lit chez soi, attaque chez l'autre, écrit chez soi; rend ce qu'il en a été."""
    intrus = Intrus(banc, donnees, moi, lui)
    await intrus.reconnaitre()
    await intrus.attaquer()
    await intrus.ecrire_chez_soi()
    muettes = [
        o.nom
        for o in intrus.operations
        if o.methode == "GET"
        and o.roles & set(ROLES_INTRUS)
        and not intrus.bilan.par_operation[o.nom]
    ]
    assert not muettes, f"aucun 2xx au bon organisme : {muettes}"
    return intrus.bilan


@pytest.mark.parametrize("service", SERVICES)
async def test_aucune_fuite(banc: MonterBanc, service: str) -> None:
    monte = await seme(banc, service)
    donnees = await Donnees.lire(monte, *ORGANISMES)
    vides = {table for table, nombre in donnees.lignes.items() if not nombre}
    assert vides <= FILES, f"tables d'organisme sans données : {vides}"
    bilans = [await eprouver(monte, donnees, *paire) for paire in ((ALPHA, BRAVO), (BRAVO, ALPHA))]
    fuites = sorted({fuite for bilan in bilans for fuite in bilan.fuites})
    constater(f"locataires, {service} : 2xx au bon organisme", sum(b.reussis for b in bilans))
    constater(f"locataires, {service} : noms d'autrui essayés", sum(b.attaques for b in bilans))
    assert not fuites, fuites
    constater(f"locataires, {service} : fuites", len(fuites))
    for tache in monte.roles.taches:
        await monte.tache(tache)
    ecrites, manquantes = await ecritures_sans_audit(monte)
    lignes, orphelines = await lignes_sans_acte(monte)
    perdues = [*manquantes, *orphelines]
    assert not perdues, perdues
    part = 100 - 100 * len(perdues) / (ecrites + lignes)
    constater(f"audit, {service} : écritures consignées, %", part)


async def lignes_sans_acte(banc: Banc) -> tuple[int, list[str]]:
    """Les lignes d'affaires, et celles dont la dernière transaction n'a rien consigné.

    Routes, réceptions du bus et travaux s'y valent : seule la transaction compte.
    """
    nombre, orphelines = 0, []
    async with banc.interne() as connexion:
        # Une ligne écrite sous un SAVEPOINT a son propre xmin : l'instant du COMMIT les réunit.
        commise = "pg_xact_commit_timestamp(xmin)::text"
        # Les migrations sèment aussi : leur transaction est celle qui a créé les tables.
        actes = (
            f"SELECT {commise} FROM socle_audit UNION SELECT {commise} FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace"
        )
        connus = set(await connexion.colonne(text(actes)))
        for table in await connexion.colonne(text(TABLES)):
            ecrites = await connexion.colonne(text(f"SELECT {commise} FROM {table}"))
            nombre += len(ecrites)
            orphelines += [table for ecrite in ecrites if ecrite not in connus]
    return nombre, orphelines


async def ecritures_sans_audit(banc: Banc) -> tuple[int, list[str]]:
    """Les écritures que l'API a acceptées (ses propres mesures), et celles que l'audit n'a pas."""
    exposees = (await banc.gerer("/metrics")).text
    acceptees: Counter[str] = Counter()
    for famille in text_string_to_metric_families(exposees):
        for echantillon in famille.samples:
            e = echantillon.labels
            if echantillon.name != "sbg_http_duree_secondes_count" or e["methode"] == "GET":
                continue
            operation = f"{e['methode']} {e['route']}"
            if e["statut"].startswith("2") and (operation, e["statut"]) != SANS_ECRITURE:
                acceptees[operation] += int(echantillon.value)
    async with banc.interne() as connexion:
        lignes = await connexion.colonne(text("SELECT operation FROM socle_audit"))
        consignees = Counter(lignes)
    return acceptees.total(), list((acceptees - consignees).elements())


async def test_le_filtre_d_un_abonne_ne_laisse_passer_que_son_organisme(banc: MonterBanc) -> None:
    """Un abonné d'organisme, sans filtre de types, ne reçoit que ses événements (DEM-10)."""
    monte = await seme(banc, "demandes")
    async with monte.interne() as connexion:
        envois = await connexion.lignes(
            text(
                "SELECT w.organisme, encode(e.corps, 'escape') AS corps FROM webhook_envois e"
                " JOIN webhooks w ON w.id = e.webhook_id"
            )
        )
        recus = Counter((e.organisme, *re.findall(r"ORG-(?:ALPHA|BRAVO)", e.corps)) for e in envois)
    assert {cle[0] for cle in recus} == set(ORGANISMES)
    assert all(set(cle) == {cle[0]} for cle in recus), recus


# --- Les mutants ---------------------------------------------------------------------------------

MUTANTS = {
    "une table sans sécurité par ligne": "ALTER TABLE contrats DISABLE ROW LEVEL SECURITY",
    "une politique USING (true)": (
        "DO $$ BEGIN EXECUTE format('ALTER POLICY contrats_api ON contrats USING (true)'); END $$"
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_mutant_une_base_ouverte_est_attrapee(banc: MonterBanc, mutant: str) -> None:
    monte = await seme(banc, "courtier")
    await alterer(monte, MUTANTS[mutant])
    donnees = await Donnees.lire(monte, *ORGANISMES)
    assert (await eprouver(monte, donnees, ALPHA, BRAVO)).fuites


async def test_mutant_un_audit_perdu_est_attrape(banc: MonterBanc) -> None:
    monte = await banc("courtier")
    await alterer(
        monte,
        "CREATE FUNCTION perdre() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER perdre BEFORE INSERT ON socle_audit FOR EACH ROW EXECUTE FUNCTION perdre()",
    )
    await SEMIS["courtier"](monte)
    assert (await ecritures_sans_audit(monte))[1]
    assert (await lignes_sans_acte(monte))[1]
