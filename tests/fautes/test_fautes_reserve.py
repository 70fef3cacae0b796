"""La réserve de connexions après une coupure de PostgreSQL : aucune connexion morte n'y reste."""

import asyncio

import asyncpg
import pytest

from outils.essais.greffon import Modeles
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
