"""La commande `sbg` : elle examine, délègue, et dit quoi faire; ses sorties sont documentées."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service_isole
from outils.moteurs import Moteurs
from socle import sbg
from socle.bus.kafka import ReglagesBus, preparer_sujets
from socle.identifiants import uuid7
from socle.sbg import sauvegarde
from socle.sbg.docteur import Constat, Etat, examiner

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
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
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
    lignes = sauvegarde.reglages_de_restauration(Path("/archive"), instant)
    assert "default_transaction_read_only = on" in lignes
    assert "recovery_target_time = '2026-11-27T19:05:00+00:00'" in lignes
    assert not any(
        "target_time =" in x for x in sauvegarde.reglages_de_restauration(Path("a"), None)
    )


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
