"""La commande `sbg` : elle examine, délègue, et dit quoi faire; ses sorties sont documentées."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service_isole
from outils.moteurs import Moteurs
from pages.ecriture import instant as ecrit
from socle import sbg
from socle.bd.entretien import FIN_D_ENTRETIEN
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bus.kafka import ReglagesBus, preparer_sujets
from socle.horloge import horloge_systeme
from socle.identifiants import uuid7
from socle.sbg import sauvegarde
from socle.sbg.docteur import Constat, Etat, examiner
from socle.surveillance.jauges import _derive, jauges_de_base

SERVICES = ["catalogue", "courtier", "demandes", "facturation", "sla"]


async def _monter(banc: MonterBanc, moteurs: Moteurs) -> Banc:
    b = await banc(service_isole(f"isole{uuid7().hex[-8:]}"))
    bus = ReglagesBus(adresses=moteurs.bootstrap, creer_sujets=moteurs.bus == "kafka")
    b.roles.reglages = b.roles.reglages.model_copy(update={"bus": bus})
    return b


async def _examiner(b: Banc) -> dict[str, Constat]:
    return {c.examen: c async for c in examiner(b.roles)}


@pytest.mark.integration
async def test_le_docteur_trouve_tout_bon_d_un_service_neuf(
    banc: MonterBanc, les_moteurs: Moteurs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [nom for nom in os.environ if nom.startswith("SBG_")]:
        monkeypatch.delenv(variable)  # ceux de l'essai, que nul service ne lit
    b = await _monter(banc, les_moteurs)
    await preparer_sujets(b.roles.bus, b.service.sujets)
    constats = await _examiner(b)
    mauvais = {n: c.dit for n, c in constats.items() if c.etat is not Etat.BON}
    assert mauvais == {}
    assert {"PostgreSQL", "horloges", "sujets", "accord avec le bus", "retard"} <= set(constats)


@pytest.mark.integration
async def test_le_docteur_dit_ce_qui_ne_va_pas_et_quoi_faire(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    b = await _monter(banc, les_moteurs)
    await preparer_sujets(b.roles.bus, b.service.sujets)
    async with b.interne() as cx:
        await cx.ecrire(
            text(
                "INSERT INTO socle_rebuts (evenement_id, sujet, cle, sequence, raison, ecarte_le,"
                " message) VALUES (gen_random_uuid(), 's', 'c', 1, 'r', clock_timestamp(), '')"
            )
        )
    b.roles.reglages = b.roles.reglages.model_copy(update={"identite": None})
    constats = await _examiner(b)
    assert constats["rebuts"].etat is Etat.MAUVAIS
    assert "rebuts lister" in constats["rebuts"].faire
    assert constats["identité"].etat is Etat.MAUVAIS


@pytest.mark.integration
async def test_le_docteur_dit_un_bus_muet_et_va_au_bout(banc: MonterBanc) -> None:
    b = await banc(service_isole("muet"))
    bus = ReglagesBus(adresses="127.0.0.1:9")
    b.roles.reglages = b.roles.reglages.model_copy(update={"bus": bus})
    constats = await _examiner(b)
    assert constats["sujets"].etat is Etat.MAUVAIS
    assert constats["base, rôle interne"].etat is Etat.BON


def test_sbg_connait_les_services_installes() -> None:
    assert sbg.services() == SERVICES
    assert sbg.choisis(["sla"]) == ["sla"]
    with pytest.raises(typer.BadParameter, match="n'est pas installé"):
        sbg.choisis(["paie"])


def test_une_commande_deleguee_rend_la_pire_sortie_en_json() -> None:
    """Sans réglages, chaque service sort 2 et dit ce qui lui manque."""
    env = {"SBG_BASE__INTERNE": ""}
    rendu = CliRunner().invoke(
        sbg.application(), ["rebuts", "--service", "sla", "--json", "lister"], env=env
    )
    (ligne,) = map(json.loads, rendu.stdout.splitlines())
    assert (rendu.exit_code, ligne["service"], ligne["sortie"]) == (2, "sla", 2)
    assert any("SBG_BASE__INTERNE" in dit for dit in ligne["bilan"])


def test_une_restauration_s_ouvre_en_lecture_seule_a_l_instant_dit() -> None:
    instant = datetime(2026, 11, 27, 19, 5, tzinfo=UTC)
    lignes = sauvegarde.reglages_de_restauration(Path("/archive"), instant, remplace=True)
    assert "archive_mode = off" not in lignes
    assert "default_transaction_read_only = on" in lignes
    assert "recovery_target_time = '2026-11-27T19:05:00+00:00'" in lignes
    assert not any(
        "target_time =" in x
        for x in sauvegarde.reglages_de_restauration(Path("a"), None, remplace=False)
    )


def test_une_archive_absente_ou_un_instant_a_venir_se_refusent(tmp_path: Path) -> None:
    """PostgreSQL s'ouvrirait à l'instant de la copie, sans un mot, et perdrait la suite."""
    maintenant = datetime(2026, 11, 27, 19, 5, tzinfo=UTC)
    with pytest.raises(typer.BadParameter, match="aucun segment"):
        sauvegarde.exiger_atteignable(tmp_path, tmp_path / "nulle", None, maintenant)
    with pytest.raises(typer.BadParameter, match="aucun segment"):
        sauvegarde.exiger_atteignable(tmp_path, tmp_path, None, maintenant)
    (tmp_path / "000000010000000000000002").touch()
    sauvegarde.exiger_atteignable(tmp_path, tmp_path, None, maintenant)
    demain = maintenant + timedelta(days=1)
    with pytest.raises(typer.BadParameter, match="pas encore venu"):
        sauvegarde.exiger_atteignable(tmp_path, tmp_path, demain, maintenant)


@pytest.mark.parametrize(
    "arguments",
    [
        ("restaurer", "{0}/de", "{0}/vers"),
        ("restaurer", "{0}/de", "{0}/vers", "--archive", "a", "--jusqua", "2026-11-27T19:05"),
        ("sauvegarder", "{0}/vers", "--dsn", "mysql://x"),
        ("exporter", "{0}/vers"),
    ],
)
def test_une_commande_mal_dite_sort_2_sans_rien_ecrire(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    mots = [mot.format(tmp_path) for mot in arguments]
    assert CliRunner().invoke(sbg.application(), mots).exit_code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.integration
async def test_une_base_en_lecture_seule_repond_503_poliment_et_se_lit(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """Par le réglage de sa base, que tout PostgreSQL admet : nul rôle n'écrit, tous lisent."""
    b = await banc(service_isole("entretien"))
    client = b.client("demandeur", organisme="MTQ")
    cle = {"Idempotency-Key": "une"}
    adresse = "/v1/comptes/a/augmentation"
    await _lecture_seule(b, les_moteurs, "on")
    refusee = await client.post(adresse, json={"de": 1}, headers=cle)
    assert (refusee.status_code, refusee.headers["Retry-After"]) == (503, "120")
    assert "en entretien" in refusee.json()["detail"]
    assert (await client.get("/v1/comptes")).status_code == 200
    fin = horloge_systeme() + timedelta(hours=2)
    await _lecture_seule(b, les_moteurs, "on", fin.isoformat())
    refusee = await client.post(adresse, json={"de": 1}, headers=cle)
    assert 7_100 < int(refusee.headers["Retry-After"]) <= 7_200
    assert f"à l'heure de Québec : {ecrit(fin)}" in refusee.json()["detail"]
    mesures = b.contexte.mesures
    await b.moteur_interne.fermer()
    await jauges_de_base(b.moteur_interne, mesures)()
    lues = (await mesures.exposer()).decode()
    assert re.search(r"^sbg_base_lecture_seule{.*} 1.0$", lues, re.MULTILINE)
    (dite,) = re.findall(r"^sbg_entretien_fin_secondes{.*} (\S+)", lues, re.MULTILINE)
    assert float(dite) == pytest.approx(fin.timestamp(), abs=1e-3)
    for dite in ("2000-01-01T00:00:00+00:00", "demain"):
        await _lecture_seule(b, les_moteurs, "on", dite)
        refusee = await client.post(adresse, json={"de": 1}, headers=cle)
        assert refusee.headers["Retry-After"] == "120", "une fin passée ou illisible ne se dit pas"
    await _lecture_seule(b, les_moteurs, "off")
    assert (await client.post(adresse, json={"de": 1}, headers=cle)).status_code == 200


async def _lecture_seule(b: Banc, moteurs: Moteurs, valeur: str, fin: str = "") -> None:
    moteur = ouvrir_moteur(b.roles.dsn("migrer"), DelaisBase(), malgre_l_entretien=True)
    async with moteur.a_part() as pilote:
        base = await pilote.fetchval("SELECT quote_ident(current_database())")
    exploitant = await asyncpg.connect(moteurs.dsn)
    for reglage in (f"default_transaction_read_only = {valeur}", f"{FIN_D_ENTRETIEN} = '{fin}'"):
        await exploitant.execute(f"ALTER DATABASE {base} SET {reglage}")
    await exploitant.close()
    # Ces réglages-là ne valent que des sessions neuves; ceux du serveur, de toutes.
    await b.moteur_api.fermer()


@pytest.mark.parametrize(("heure", "derive"), [(10.0, 0.0), (10.4, 0.0), (13.0, 2.5), (4.0, 6.0)])
def test_la_derive_est_ce_qui_sort_de_l_aller_retour(heure: float, derive: float) -> None:
    avant, apres = (datetime.fromtimestamp(s, UTC) for s in (10.0, 10.5))
    assert _derive(avant, heure, apres) == pytest.approx(derive)
