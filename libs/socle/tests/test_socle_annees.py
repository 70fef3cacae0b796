"""L'audit par années : ouvertes d'avance, closes aux services, retirées une fois oubliées."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from noyau import jour_de_quebec
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.execution import sceaux
from socle.execution.annees import entretenir_annees
from socle.execution.sceaux import oublier, sceller, verifier
from socle.horloge import horloge_systeme
from socle.schema.migration import partager_audit, reunir_audit

pytestmark = pytest.mark.integration

CETTE_ANNEE = jour_de_quebec(horloge_systeme()).year
PROCHAINE = f"socle_audit_{CETTE_ANNEE + 1}"
NEUVES = {"socle_audit_origine", "socle_audit_defaut", PROCHAINE}
AGE = timedelta(days=500)
OUVERTES = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = $1::regclass"
OU = "SELECT tableoid::regclass::text FROM socle_audit ORDER BY id"
LIGNES = "SELECT a::text FROM socle_audit a ORDER BY id"


@asynccontextmanager
async def proprietaire(b: Banc) -> AsyncIterator[asyncpg.Connection]:
    connexion = await asyncpg.connect(b.roles.dsn("migrer").get_secret_value())
    try:
        yield connexion
    finally:
        await connexion.close()


async def migrer(b: Banc, geste: Callable[[Operations], None]) -> None:
    """Fait un geste de migration, en une transaction, sous le rôle des migrations."""

    def faire(connexion: Connection) -> None:
        geste(Operations(MigrationContext.configure(connexion)))

    dsn = b.roles.dsn("migrer").get_secret_value()
    moteur = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
    async with moteur.begin() as connexion:
        await connexion.run_sync(faire)
    await moteur.dispose()


async def colonne(b: Banc, requete: str, *valeurs: object) -> list[Any]:
    async with proprietaire(b) as pilote:
        return [ligne[0] for ligne in await pilote.fetch(requete, *valeurs)]


async def annees(b: Banc) -> set[str]:
    return set(await colonne(b, OUVERTES, "socle_audit"))


async def agir(b: Banc, fois: int = 1, *, en: int | None = None) -> None:
    """Des actes, à l'horloge d'affaires de cette année-là."""
    if en is not None:
        b.horloge.instant = datetime(en, 6, 1, tzinfo=UTC)
    client = b.client("demandeur", organisme="MTQ")
    for _ in range(fois):
        reponse = await client.post("/v1/comptes/a/augmentation", json={"de": 1})
        assert reponse.status_code < 300, reponse.text


async def intacte(b: Banc, lignes: int) -> None:
    while await sceller(b.moteur_interne):
        pass
    verifiee = await verifier(b.moteur_interne)
    assert (verifiee.rupture, verifiee.lignes) == (None, lignes)


async def finir_en(b: Banc, annee: int) -> None:
    """L'année d'origine finit avant celle-ci; l'audit est vide."""
    async with proprietaire(b) as pilote:
        await pilote.execute(
            "ALTER TABLE socle_audit DETACH PARTITION socle_audit_origine;"
            "ALTER TABLE socle_audit ATTACH PARTITION socle_audit_origine"
            f" FOR VALUES FROM (MINVALUE) TO ('{annee}-01-01 America/Toronto')"
        )


async def test_l_annee_suivante_s_ouvre_d_avance(banc: MonterBanc) -> None:
    b = await banc(service())
    assert await annees(b) == NEUVES
    assert await entretenir_annees(b.moteur_interne) == 0, "rien ne manque"
    await colonne(b, f"DROP TABLE {PROCHAINE}")
    assert await entretenir_annees(b.moteur_interne) == 1
    assert await annees(b) == NEUVES
    await agir(b, en=CETTE_ANNEE + 1)
    assert await colonne(b, OU) == [PROCHAINE]


async def test_les_annees_se_suivent_sans_trou(banc: MonterBanc) -> None:
    """D'une base restée longtemps sans relais, toutes les années qui manquent s'ouvrent."""
    b = await banc(service())
    await colonne(b, f"DROP TABLE {PROCHAINE}")
    await finir_en(b, CETTE_ANNEE - 2)
    assert await colonne(b, "SELECT socle_ouvrir_annees()") == [4]
    ouvertes = {f"socle_audit_{CETTE_ANNEE + n}" for n in (-2, -1, 0, 1)}
    assert await annees(b) == {"socle_audit_origine", "socle_audit_defaut", *ouvertes}


async def test_ce_qui_sort_des_annees_se_recueille_et_se_scelle(banc: MonterBanc) -> None:
    b = await banc(service())
    await agir(b, en=2001)
    await agir(b, en=2099)
    await agir(b, en=CETTE_ANNEE)
    assert await colonne(b, OU) == [
        "socle_audit_origine", "socle_audit_defaut", "socle_audit_origine",
    ]  # fmt: skip
    await intacte(b, 3)


async def test_une_annee_ouverte_tard_reprend_ses_lignes_au_defaut(banc: MonterBanc) -> None:
    b = await banc(service())
    await colonne(b, f"DROP TABLE {PROCHAINE}")
    await agir(b, 2, en=CETTE_ANNEE + 1)
    await agir(b, en=2099)
    await intacte(b, 3)
    avant = await colonne(b, LIGNES)
    assert await colonne(b, "SELECT socle_ouvrir_annees(octets => 0)") == [-1], "trop grosse"
    assert PROCHAINE not in await annees(b)
    assert await entretenir_annees(b.moteur_interne) == 1
    assert await colonne(b, OU) == [PROCHAINE, PROCHAINE, "socle_audit_defaut"]
    assert await colonne(b, LIGNES) == avant
    await intacte(b, 3)


async def test_une_annee_passee_et_oubliee_se_retire(banc: MonterBanc) -> None:
    """Ni une année qui a encore une ligne, ni une année vide trop récente."""
    b = await banc(service())
    await finir_en(b, 2015)
    await agir(b, 2, en=2014)
    await sceller(b.moteur_interne)
    await agir(b, en=CETTE_ANNEE + 1)
    await sceller(b.moteur_interne)
    assert await entretenir_annees(b.moteur_interne) == 0, "elle a encore ses lignes"
    await colonne(b, "UPDATE socle_sceaux SET scelle_le = '2000-01-01Z'")
    assert await oublier(b.moteur_interne, AGE) == 3
    assert await entretenir_annees(b.moteur_interne) == 1
    assert await annees(b) == NEUVES - {"socle_audit_origine"}, "l'an prochain, vide, demeure"
    await agir(b, en=2014)
    assert await colonne(b, OU) == ["socle_audit_defaut"]
    await intacte(b, 1)


async def test_l_ecriture_en_cours_passe_avant_l_annee(banc: MonterBanc) -> None:
    """Une seconde d'attente au plus; le tour suivant le refera."""
    b = await banc(service())
    await colonne(b, f"DROP TABLE {PROCHAINE}")
    async with transaction(b.moteur_interne, INTERNE) as cx:
        await cx.pilote.execute(
            "INSERT INTO socle_audit (le, acteur, organisme, operation, objet, faits, empreinte,"
            " trace) VALUES ('2099-01-01Z', 'a', 'MTQ', 'o', 'x', '{}', '', '')"
        )
        assert await entretenir_annees(b.moteur_interne) == 0
    assert await annees(b) == {"socle_audit_origine", "socle_audit_defaut"}
    assert await entretenir_annees(b.moteur_interne) == 1


async def test_huit_annees_se_lisent_par_les_voies_rapides(banc: MonterBanc) -> None:
    """Hors d'elles, un guet passerait par la table de verrous que se partagent les écritures."""
    b = await banc(service())
    await colonne(b, f"DROP TABLE {PROCHAINE}")
    await finir_en(b, CETTE_ANNEE - 6)
    assert await colonne(b, "SELECT socle_ouvrir_annees()") == [8]
    lents = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND NOT fastpath"
    async with transaction(b.moteur_interne, INTERNE) as cx:
        avant = await cx.pilote.fetchval(lents)
        await cx.pilote.fetch(sceaux._A_SCELLER)
        await cx.pilote.fetch(sceaux._LIGNES, 0, 0, 9)
        assert await cx.pilote.fetchval(lents) == avant


GESTES = (
    "SELECT FROM {}",
    "INSERT INTO {} SELECT",
    "UPDATE {} SET objet = 'autre'",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "ALTER TABLE socle_audit DETACH PARTITION {}",
    "DROP TABLE {}",
)


async def refuse(moteur: Moteur, requete: str) -> bool:
    try:
        async with transaction(moteur, INTERNE) as cx:
            await cx.pilote.execute(requete)
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


async def test_nul_service_ne_touche_une_annee(banc: MonterBanc) -> None:
    """Ni lecture ni écriture par l'année, ni par les fonctions qui la tiennent."""
    b = await banc(service())
    await agir(b)
    for annee in await annees(b):
        for moteur in (b.moteur_api, b.moteur_interne):
            admis = [g for g in GESTES if not await refuse(moteur, g.format(annee))]
            assert admis == [], annee
    for geste in ("UPDATE socle_audit SET objet = 'autre'", "DELETE FROM socle_audit"):
        assert await refuse(b.moteur_interne, geste)
    for fonction in ("socle_ouvrir_annees()", "socle_retirer_annees()", "socle_annees()"):
        assert await refuse(b.moteur_api, f"SELECT {fonction}")
    assert await refuse(b.moteur_interne, "SELECT socle_garder_annee('comptes')")
    assert not await refuse(b.moteur_interne, "SELECT socle_ouvrir_annees()")
    gardees = "SELECT relname FROM pg_class WHERE relname = ANY ($1) AND relforcerowsecurity"
    assert set(await colonne(b, gardees, list(await annees(b)))) == await annees(b)


async def test_une_base_pleine_garde_ses_lignes_et_sa_chaine(banc: MonterBanc) -> None:
    b = await banc(service())
    await migrer(b, reunir_audit)
    assert await annees(b) == set()
    await agir(b, 3)
    await intacte(b, 3)
    await agir(b)
    avant = await colonne(b, LIGNES)
    await migrer(b, partager_audit)
    assert (await annees(b), await colonne(b, LIGNES)) == (NEUVES, avant)
    assert set(await colonne(b, OU)) == {"socle_audit_origine"}
    await agir(b)
    assert await colonne(b, "SELECT id FROM socle_audit ORDER BY id") == [1, 2, 3, 4, 5]
    await intacte(b, 5)
    await migrer(b, partager_audit)
    assert await annees(b) == NEUVES, "déjà partagé : rien ne se refait"


async def test_une_base_a_l_heure_simulee_se_partage_aussi(banc: MonterBanc) -> None:
    """Sa vieille table devient celle du reste; les années qui viennent y prennent leurs lignes."""
    b = await banc(service())
    await migrer(b, reunir_audit)
    await agir(b, en=2099)
    await agir(b, en=CETTE_ANNEE + 1)
    await agir(b, en=CETTE_ANNEE)
    await migrer(b, partager_audit)
    cette_annee = f"socle_audit_{CETTE_ANNEE}"
    assert await colonne(b, OU) == ["socle_audit_defaut", PROCHAINE, cette_annee]
    await intacte(b, 3)


async def test_une_contrainte_posee_d_avance_epargne_la_relecture(banc: MonterBanc) -> None:
    """Le geste d'EXPLOITATION.md; la base dit elle-même qu'elle ne relit rien."""
    b = await banc(service())
    await migrer(b, reunir_audit)
    await agir(b)
    async with proprietaire(b) as pilote:
        await pilote.execute(
            "ALTER TABLE socle_audit ADD CONSTRAINT socle_audit_passe"
            f" CHECK (le < '{CETTE_ANNEE + 1}-01-01 America/Toronto') NOT VALID;"
            "ALTER TABLE socle_audit VALIDATE CONSTRAINT socle_audit_passe"
        )
    await migrer(b, partager_audit)
    await agir(b, en=CETTE_ANNEE + 1)
    assert await colonne(b, OU) == ["socle_audit_origine", PROCHAINE]


async def test_detachee_a_la_main_une_annee_manque_a_la_chaine_puis_revient(
    banc: MonterBanc,
) -> None:
    b = await banc(service())
    await agir(b, 2, en=CETTE_ANNEE)
    await intacte(b, 2)
    await colonne(b, "ALTER TABLE socle_audit DETACH PARTITION socle_audit_origine")
    assert (await verifier(b.moteur_interne)).rupture == 1
    async with proprietaire(b) as pilote:
        copie = await pilote.copy_from_table("socle_audit_origine", output=BytesIO(), format="csv")
    assert copie == "COPY 2"
    await colonne(
        b,
        "ALTER TABLE socle_audit ATTACH PARTITION socle_audit_origine"
        f" FOR VALUES FROM (MINVALUE) TO ('{CETTE_ANNEE + 1}-01-01 America/Toronto')",
    )
    await intacte(b, 2)
