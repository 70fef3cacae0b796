"""La réserve de connexions après une coupure de PostgreSQL : aucune connexion morte n'y reste."""

import asyncio

import asyncpg
import pytest

from outils.essais.greffon import Modeles
from socle.bd.moteur import connexion_verrou
from tests.fautes.terrain import Rafale, Terrain

pytestmark = pytest.mark.integration


async def test_une_coupure_ne_laisse_pas_de_connexion_morte(modeles: Modeles) -> None:
    async with Terrain.ouvrir(modeles) as terrain:
        await asyncio.gather(*(terrain.compter("comptes") for _ in range(4)))
        base = await terrain.lire("SELECT current_database() AS nom")
        admin = await asyncpg.connect(modeles.dsn)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = $1 AND application_name = 'sbg'",
            base[0]["nom"],
        )
        await admin.close()
        await asyncio.sleep(0.2)
        for numero in range(8):
            await terrain.compter("comptes")
            await terrain.ecrire(Rafale(organisme="ORG", code=f"c{numero}", des=[1]))


async def test_une_tache_figee_rend_son_verrou(modeles: Modeles) -> None:
    """Un processus figé (SIGSTOP) garde sa connexion : le bail rend le verrou quand même."""
    async with Terrain.ouvrir(modeles) as terrain:
        prendre = "SELECT pg_try_advisory_lock(7, 7)"
        async with connexion_verrou(terrain.interne, bail=0.3) as figee:
            assert await figee.fetchval(prendre)
            await asyncio.sleep(1.5)
            async with connexion_verrou(terrain.interne) as autre:
                assert await autre.fetchval(prendre)
        assert await terrain.compter("comptes") == 0
