"""Ce que `docs/exploitation` fait taper d'un PostgreSQL entier, joué sur un serveur à part."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from outils.moteurs.postgres import ServeurPostgres, outils_embarques
from socle.horloge import horloge_systeme
from socle.sbg.sauvegarde import exiger_atteignable

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def serveur() -> Iterator[ServeurPostgres]:
    with ServeurPostgres() as demarre:
        yield demarre


def sbg(serveur: ServeurPostgres, *mots: str) -> str:
    noms = ("ENTRETIEN_DSN", "SAUVEGARDE_DSN", "SBG_BASE__MIGRER")
    env = {**os.environ, **dict.fromkeys(noms, serveur.dsn)}
    env |= {"POSTGRES_BIN": str(outils_embarques())}
    commande = [str(Path(sys.executable).with_name("sbg")), *mots]
    fini = subprocess.run(commande, env=env, capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    return fini.stdout


def test_l_entretien_s_ouvre_se_voit_et_se_ferme(serveur: ServeurPostgres) -> None:
    """Fermé, il se ferme encore d'une base en lecture seule : rien ne l'y enferme."""
    fin = "2099-01-01T03:00:00+00:00"
    hors = ("--hors-plage", "essai", "--jusqua", "2098-12-31T22:00:00-05:00")
    for geste, options, attendu in (
        ("ouvrir", hors, True),
        ("voir", (), True),
        ("fermer", (), False),
        ("voir", (), False),
    ):
        lu = json.loads(sbg(serveur, "entretien", geste, *options, "--json"))
        assert lu == {"lecture_seule": attendu, "fin_prevue": fin if attendu else None}, geste


def test_une_copie_se_verifie_et_se_prepare_a_revenir(
    serveur: ServeurPostgres, tmp_path: Path
) -> None:
    copie, vers = tmp_path / "copie", tmp_path / "vers"
    fait = json.loads(sbg(serveur, "sauvegarder", str(copie), "--json"))
    assert fait["octets"] > 1_000_000
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / ("0" * 23 + "2")).touch()
    instant = horloge_systeme()
    revenir = ("--archive", str(archive), "--jusqua", instant.isoformat())
    dit = sbg(serveur, "restaurer", str(copie), str(vers), *revenir)
    assert "realigner --depuis" in dit
    assert (vers / "recovery.signal").exists()
    regles = (vers / "postgresql.auto.conf").read_text()
    assert instant.isoformat() in regles
    assert "archive_mode = off" in regles, "à côté, il n'écrit pas dans l'archive de l'autre"
    with pytest.raises(typer.BadParameter, match="la copie a commencé"):
        exiger_atteignable(copie, archive, instant - timedelta(days=1), instant)


def test_une_base_s_exporte(serveur: ServeurPostgres, tmp_path: Path) -> None:
    assert sbg(serveur, "exporter", str(tmp_path / "base.dump")).startswith("exporté")
    assert (tmp_path / "base.dump").read_bytes()[:5] == b"PGDMP"
