"""Aucun organisme n'atteint les données d'un autre, par aucune opération d'aucun document.

Tout vient des documents OpenAPI et de la base : une route ou une table nouvelle y entre seule.
"""

import re
from collections import Counter

import asyncpg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from demo.systeme import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from tests.securite.constat import constater
from tests.securite.intrus import ROLES_INTRUS, Bilan, Donnees, Intrus
from tests.securite.semis import ALPHA, BRAVO, ORGANISMES, REGLAGES, SEMIS

pytestmark = pytest.mark.integration

PLANCHER = {"catalogue": 60, "demandes": 90, "facturation": 15, "sla": 30, "courtier": 40}
"""Réponses 2xx au bon organisme, lectures et écritures : en deçà, les essais ne prouvent rien."""

FILES = {"revues"}
"""Des files de travail, que leur travail vide."""

# Un aperçu calcule et n'écrit rien (FAC-7) : il répond 200, une exécution 202.
SANS_ECRITURE = ("POST /v1/executions", "200")


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
    appels, reussis = sum(b.appels for b in bilans), sum(b.reussis for b in bilans)
    but = f"≥ {PLANCHER[service]}"
    constater(f"locataires, {service} : appels", appels, "comptés", tenu=True)
    constater(
        f"locataires, {service} : 2xx au bon organisme",
        reussis,
        but,
        tenu=reussis >= PLANCHER[service],
    )
    assert not fuites, fuites
    constater(f"locataires, {service} : fuites", len(fuites), "0", tenu=not fuites)
    manquantes = await ecritures_sans_audit(monte)
    constater(f"audit, {service} : écritures sans ligne", len(manquantes), "0", tenu=not manquantes)


async def ecritures_sans_audit(banc: Banc) -> list[str]:
    """Les écritures que l'API a acceptées (ses propres mesures) et que l'audit n'a pas."""
    exposees = (await banc.client().get("/metrics")).text
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
        lignes = await connexion.scalars(text("SELECT operation FROM socle_audit"))
        consignees = Counter(lignes.all())
    return list((acceptees - consignees).elements())


async def test_le_filtre_d_un_abonne_ne_laisse_passer_que_son_organisme(banc: MonterBanc) -> None:
    """Un abonné d'organisme, sans filtre de types, ne reçoit que ses événements (DEM-10)."""
    monte = await seme(banc, "demandes")
    async with monte.interne() as connexion:
        envois = await connexion.execute(
            text(
                "SELECT w.organisme, encode(e.corps, 'escape') AS corps FROM webhook_envois e"
                " JOIN webhooks w ON w.id = e.webhook_id"
            )
        )
        recus = Counter((e.organisme, *re.findall(r"ORG-(?:ALPHA|BRAVO)", e.corps)) for e in envois)
    assert {cle[0] for cle in recus} == set(ORGANISMES)
    assert all(set(cle) == {cle[0]} for cle in recus), recus


async def test_la_cle_d_un_autre_ne_rend_pas_sa_reponse(banc: MonterBanc) -> None:
    """Même sujet, même Idempotency-Key, même demande, autre organisme : une autre réponse."""
    monte = await seme(banc, "demandes")
    cle, corps = {"Idempotency-Key": "partagee"}, {"sorte": "soutien_etendu"}
    rendues = [
        await monte.client("demandeur", organisme=o, sujet="le-meme").post(
            "/v1/demandes", json=corps, headers=cle
        )
        for o in ORGANISMES
    ]
    assert [r.json()["organisme"] for r in rendues] == list(ORGANISMES)


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
    assert await ecritures_sans_audit(monte)
