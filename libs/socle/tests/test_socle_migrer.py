"""Plusieurs migrations à la fois, chacune dans son processus, comme deux livraisons le feraient."""

import asyncio
import os
import sys

import asyncpg
import pytest

from outils.essais.greffon import Modeles
from outils.essais.temoin.service import service
from socle.schema.migration import VERROU_MIGRATION
from socle.schema.provisionnement import ROLES, provisionner

pytestmark = pytest.mark.integration
MIGRER = """
import asyncio, sys
from pathlib import Path
from pydantic import SecretStr
from socle.schema.migrer import migrer
asyncio.run(migrer(SecretStr(sys.argv[1]), Path(sys.argv[2])))
"""
EN_ATTENTE = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


async def _migrer(dsn: str) -> asyncio.subprocess.Process:
    commande = (sys.executable, "-c", MIGRER, dsn, str(service().migrations))
    return await asyncio.create_subprocess_exec(*commande, stderr=asyncio.subprocess.PIPE)


async def test_une_seule_migre_les_autres_attendent(modeles: Modeles) -> None:
    """Aucune ne commence tant que le verrou est tenu; libre, toutes réussissent, une seule agit."""
    nom = f"{modeles.prefixe}_a_plusieurs"
    acces = await provisionner(modeles.dsn, nom, {role: os.urandom(8).hex() for role in ROLES})
    garde = await asyncpg.connect(acces.migrer)
    try:
        await garde.execute("SELECT pg_advisory_lock($1)", VERROU_MIGRATION)
        migrations = [await _migrer(acces.migrer) for _ in range(2)]
        async with asyncio.timeout(60):
            while await garde.fetchval(EN_ATTENTE) < 2:  # noqa: ASYNC110 -- rien ne prévient
                await asyncio.sleep(0.05)
        assert await garde.fetchval("SELECT to_regclass('socle_outbox')") is None
        await garde.execute("SELECT pg_advisory_unlock($1)", VERROU_MIGRATION)
        sorties = [(await m.communicate())[1].decode() for m in migrations]
        assert [m.returncode for m in migrations] == [0, 0], sorties
        assert await garde.fetchval("SELECT count(*) FROM alembic_version") == 1
        assert await garde.fetchval("SELECT to_regclass('socle_outbox')") is not None
    finally:
        await garde.close()
