"""Ce que `docs/exploitation` fait taper d'un PostgreSQL entier, joué sur un serveur à part."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import typer
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from outils.moteurs.postgres import ServeurPostgres, outils_embarques
from socle.bd.entretien import Annonce
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.horloge import horloge_systeme
from socle.sbg import application
from socle.sbg.sauvegarde import exiger_atteignable
from socle.surveillance.annonces import AnnonceSuivie

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
    """Fermé, il se ferme encore d'une base en lecture seule : rien ne l'y enferme.

    Rouvert sans fin, celle qui est dite tient : `ouvrir` redit toujours ce qu'il vient de poser.
    """
    premiere = (horloge_systeme() + timedelta(days=2)).replace(microsecond=0)
    seconde = premiere + timedelta(hours=1)
    motif = "l'essai d'à côté"
    hors = ("--hors-plage", motif)
    for geste, options, fin in (
        ("ouvrir", (*hors, "--jusqua", premiere.isoformat()), premiere),
        ("voir", (), premiere),
        ("ouvrir", hors, premiere),
        ("ouvrir", (*hors, "--jusqua", seconde.isoformat()), seconde),
        ("fermer", (), None),
        ("voir", (), None),
    ):
        lu = json.loads(sbg(serveur, "entretien", geste, *options, "--json"))
        attendu = {
            "lecture_seule": fin is not None,
            "fin_prevue": fin and fin.isoformat(),
            "motif": fin and motif,
            "annonce": None,
        }
        assert lu == attendu, geste


async def test_un_entretien_s_annonce_se_redit_s_ouvre_et_s_oublie(
    serveur: ServeurPostgres,
) -> None:
    """Une session déjà ouverte l'apprend; `ouvrir`, à son heure, en prend la fin et le motif."""
    moteur = ouvrir_moteur(serveur.dsn, DelaisBase())
    suivie = AnnonceSuivie(moteur)
    await suivie.relire()
    assert suivie.en_vigueur() is None
    motif, duree = "billet 4512, l'essai", timedelta(hours=3)
    lointain = horloge_systeme().replace(microsecond=0) + timedelta(days=1)
    assert (await annoncer(serveur, lointain, duree, motif))["lecture_seule"] is False
    bientot = horloge_systeme().replace(microsecond=0) + timedelta(seconds=8)
    fin = bientot + duree
    assert (await annoncer(serveur, bientot, duree, motif))["annonce"] == {
        "debut": bientot.isoformat(),
        "fin": fin.isoformat(),
        "motif": motif,
    }
    await suivie.relire()
    assert suivie.en_vigueur() == Annonce(bientot, fin)
    await asyncio.sleep((bientot - horloge_systeme()).total_seconds() + 0.1)
    ouvert = await dire(serveur, "ouvrir")
    assert (ouvert["fin_prevue"], ouvert["motif"]) == (fin.isoformat(), motif)
    assert (await dire(serveur, "fermer"))["annonce"] is None
    await annoncer(serveur, lointain, duree, motif)
    assert (await dire(serveur, "fermer"))["annonce"], "ce qui vient encore tient"
    assert (await dire(serveur, "taire"))["annonce"] is None
    await suivie.relire()
    assert suivie.en_vigueur() is None
    await moteur.fermer()


async def annoncer(
    serveur: ServeurPostgres, de: datetime, duree: timedelta, motif: str
) -> dict[str, Any]:
    """Annonce, hors plage : l'essai ne choisit pas son heure."""
    bornes = ("--de", de.isoformat(), "--jusqua", (de + duree).isoformat())
    return await dire(serveur, "annoncer", *bornes, "--hors-plage", motif)


async def dire(serveur: ServeurPostgres, geste: str, *mots: str) -> dict[str, Any]:
    """Ce que `sbg entretien` dit de la base, la boucle libre."""
    dit = await asyncio.to_thread(sbg, serveur, "entretien", geste, *mots, "--json")
    lu: dict[str, Any] = json.loads(dit)
    return lu


@pytest.fixture(scope="module")
def simple(serveur: ServeurPostgres) -> str:
    """L'accès d'un rôle qui n'est pas superutilisateur."""

    async def _creer() -> None:
        pilote = await asyncpg.connect(serveur.dsn)
        await pilote.execute("CREATE ROLE simple LOGIN PASSWORD 's3cret'")
        await pilote.close()

    asyncio.run(_creer())
    adresse = make_url(serveur.dsn).set(username="simple", password="s3cret")
    return adresse.render_as_string(hide_password=False)


def test_un_acces_inconnu_se_dit_en_une_phrase(serveur: ServeurPostgres) -> None:
    bon = make_url(serveur.dsn)
    for faux in (bon.set(username="personne"), bon.set(database="nulle")):
        adresse = faux.render_as_string(hide_password=False)
        lu = CliRunner().invoke(application(), ["entretien", "voir", "--dsn", adresse])
        assert (lu.exit_code, len(lu.output.splitlines())) == (2, 1), lu.output
        assert "ENTRETIEN_DSN" in lu.output


def test_voir_l_entretien_ne_change_rien_et_se_fait_sans_droit(simple: str) -> None:
    lu = CliRunner().invoke(application(), ["entretien", "voir", "--dsn", simple])
    assert (lu.exit_code, lu.output.strip()) == (0, "ouvert aux écritures"), lu.output


def test_un_acces_sans_droit_se_dit_en_une_phrase(simple: str) -> None:
    for geste, hors in (("ouvrir", ("--hors-plage", "essai")), ("fermer", ()), ("taire", ())):
        lu = CliRunner().invoke(application(), ["entretien", geste, "--dsn", simple, *hors])
        assert lu.exit_code == 2, lu.output
        assert lu.output.strip().endswith("il faut celui d'un superutilisateur.")
        assert "s3cret" not in lu.output


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
