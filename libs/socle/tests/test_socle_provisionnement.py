"""Le provisionnement, joué comme la charte et la composition le jouent : en une commande."""

import asyncio
import os
import subprocess
import sys

import asyncpg
import pytest

from outils.essais.greffon import Modeles
from socle.schema.provisionnement import ROLES, SUPERUTILISATEUR

DSN = "postgresql://postgres:tres-secret@127.0.0.1:1/postgres"


def _jouer(*services: str, **environnement: str) -> subprocess.CompletedProcess[str]:
    herite = {nom: v for nom, v in os.environ.items() if not nom.startswith("SBG_")}
    return subprocess.run(  # noqa: S603 -- notre propre module
        [sys.executable, "-m", "socle.schema.provisionnement", *services],
        env={**herite, **environnement},
        capture_output=True,
        text=True,
        check=False,
    )


def _mots_de_passe(base: str) -> dict[str, str]:
    return {f"SBG_MDP_{base}_{role}".upper(): os.urandom(8).hex() for role in ROLES}


def test_l_acces_du_superutilisateur_ne_passe_pas_en_argument() -> None:
    """La liste des processus le montrerait; refusé, il n'est pas redit."""
    fini = _jouer(DSN, "essai", **{SUPERUTILISATEUR: DSN, **_mots_de_passe("essai")})
    assert fini.returncode == 2
    assert SUPERUTILISATEUR in fini.stderr
    assert "tres-secret" not in fini.stdout + fini.stderr


def test_une_variable_qui_manque_se_nomme() -> None:
    secrets = _mots_de_passe("essai")
    secrets.pop("SBG_MDP_ESSAI_API")
    fini = _jouer("essai", **secrets)
    assert fini.returncode == 2
    attendu = f"provisionnement : il manque {SUPERUTILISATEUR}, SBG_MDP_ESSAI_API.\n"
    assert fini.stderr == attendu


def test_aucun_service_se_refuse() -> None:
    assert _jouer(**{SUPERUTILISATEUR: DSN}).returncode == 2


@pytest.mark.integration
async def test_la_commande_pose_la_base_et_ses_roles(modeles: Modeles) -> None:
    base = f"{modeles.prefixe}_commande"
    secrets = {**_mots_de_passe(base), SUPERUTILISATEUR: modeles.dsn}
    fini = await asyncio.to_thread(_jouer, base, **secrets)
    assert (fini.returncode, fini.stderr) == (0, "")
    mot_de_passe = secrets[f"SBG_MDP_{base}_API".upper()]
    connexion = await asyncpg.connect(
        modeles.dsn, user=f"{base}_api", password=mot_de_passe, database=base
    )
    try:
        assert await connexion.fetchval("SELECT current_user") == f"{base}_api"
    finally:
        await connexion.close()
