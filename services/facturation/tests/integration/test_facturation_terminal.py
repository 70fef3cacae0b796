"""Émettre au terminal : la commande demande et suit; le relais fait, même si elle est tuée."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from facturation.emissions.entrees import commandes as c
from facturation.main import service
from noyau import Acteur, Mois
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import fermer_septembre, jour, livraison, organisme, planter
from socle.lanceur import commande
from socle.service import Contexte

pytestmark = pytest.mark.integration
SEPTEMBRE = Mois(2026, 9)


async def _monter(banc: MonterBanc, *, inconnu: bool = False) -> Banc:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    for code in ("MTQ", "RAMQ", *(["INCONNU"] if inconnu else [])):
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    return b


def _contexte(b: Banc) -> Contexte:
    return replace(b.contexte, acteur=Acteur("exploitation:camille"))


async def _avec_un_relais(b: Banc, commandee: Awaitable[bool]) -> bool:
    """Ce que rend la commande; un relais émet à côté, le temps qu'elle dure."""

    async def relais() -> None:
        while True:
            await b.tache("emissions")
            await asyncio.sleep(0.1)

    emission = asyncio.create_task(relais())
    try:
        return await asyncio.wait_for(commandee, 60)
    finally:
        emission.cancel()
        with suppress(asyncio.CancelledError):
            await emission


async def _executions(b: Banc) -> list[dict[str, Any]]:
    lues = await b.client("facturation").get("/v1/executions")
    executions: list[dict[str, Any]] = lues.json()["elements"]
    return executions


async def test_fac_6_emettre_demande_suit_et_rend_vrai_si_tout_est_emis(
    banc: MonterBanc, capsys: pytest.CaptureFixture[str]
) -> None:
    b, dit = await _monter(banc), list[str]()
    assert await _avec_un_relais(b, c.emettre(_contexte(b), dit.append, SEPTEMBRE))
    assert "2 sur 2 traités, 294,00\N{NO-BREAK SPACE}$ émis" in dit
    assert dit[-1] == "Exécution de 2026-09 terminée."
    (execution,) = await _executions(b)
    assert execution["demandee_par"] == "exploitation:camille"
    # Redemandée, la période n'émet rien de plus.
    assert await _avec_un_relais(b, c.emettre(_contexte(b), dit.append, SEPTEMBRE))
    assert len(await b.sortants("facture.émise")) == 2
    assert await c.lister(_contexte(b), dit.append, periode=SEPTEMBRE)
    derniere, premiere = capsys.readouterr().out.splitlines()
    assert premiere.startswith(execution["id"])
    assert "2026-09  tous  terminée  2 sur 2 traités" in derniere


async def test_fac_6_un_organisme_de_cote_se_dit_et_se_reprend(banc: MonterBanc) -> None:
    b, dit = await _monter(banc, inconnu=True), list[str]()
    assert not await _avec_un_relais(b, c.emettre(_contexte(b), dit.append, SEPTEMBRE))
    (execution,) = await _executions(b)
    assert "  INCONNU : Le fichier client d'INCONNU n'est pas encore connu." in dit
    assert dit[-1].endswith(f"executions reprendre {execution['id']}")
    await b.recevoir(organisme("INCONNU"))
    reprise = c.reprendre(_contexte(b), dit.append, UUID(execution["id"]))
    assert await _avec_un_relais(b, reprise)
    assert len(await b.sortants("facture.émise")) == 3


async def test_fac_6_arretee_au_terminal_rien_ne_s_emet_avant_sa_reprise(banc: MonterBanc) -> None:
    b, dit = await _monter(banc), list[str]()
    assert await c.emettre(_contexte(b), dit.append, SEPTEMBRE, detacher=True)
    (execution,) = await _executions(b)
    assert await c.arreter(_contexte(b), dit.append, UUID(execution["id"]))
    assert not await _avec_un_relais(b, c.emettre(_contexte(b), dit.append, SEPTEMBRE))
    assert "Exécution de 2026-09 arrêtée." in dit
    assert await b.sortants("facture.émise") == []
    reprise = c.reprendre(_contexte(b), dit.append, UUID(execution["id"]))
    assert await _avec_un_relais(b, reprise)
    assert len(await b.sortants("facture.émise")) == 2
    assert not await c.arreter(_contexte(b), dit.append, UUID(execution["id"]))
    assert dit[-1].startswith("Cette exécution est terminée")


async def test_fac_7_ce_qui_ne_peut_s_emettre_se_dit_et_n_ecrit_rien(banc: MonterBanc) -> None:
    b, dit = await _monter(banc), list[str]()
    assert not await c.emettre(_contexte(b), dit.append, Mois(2026, 10))
    assert dit[-1] == "La période 2026-10 n'est pas finie."
    assert not await c.emettre(_contexte(b), dit.append, SEPTEMBRE, organisme="ZZZ")
    assert not await c.suivre(_contexte(b), dit.append, uuid4())
    assert dit[-1] == "Cette exécution n'existe pas."
    assert await _executions(b) == []


@pytest.mark.parametrize(
    "mots",
    [("emettre",), ("emettre", "octobre"), ("emettre", "2026-13"), ("executions", "suivre", "x")],
)
def test_une_commande_mal_dite_sort_2(mots: tuple[str, ...]) -> None:
    assert CliRunner().invoke(commande(service()), list(mots)).exit_code == 2


def _ecouter_ctrl_c() -> None:
    """Lancés à l'arrière-plan, les essais hériteraient d'un Ctrl-C ignoré, et leurs enfants."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def _emettre(b: Banc) -> tuple[Process, str]:
    """La commande, dans un processus à elle, et sa première ligne; à la deuxième, elle suit."""
    propres = {nom: v for nom, v in os.environ.items() if not nom.startswith("SBG_")} | {
        "SBG_MODE": "essai",
        "SBG_BASE__INTERNE": b.roles.dsn("interne").get_secret_value(),
        "SBG_BUS__ADRESSES": "127.0.0.1:1",
    }
    processus = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "facturation", "emettre", "2026-09"),
        env=propres, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, preexec_fn=_ecouter_ctrl_c,
    )  # fmt: skip
    assert processus.stderr is not None
    lignes = [await asyncio.wait_for(processus.stderr.readline(), 60) for _ in range(2)]
    return processus, lignes[0].decode().strip()


async def test_fac_6_le_terminal_tue_l_execution_continue_et_se_retrouve(banc: MonterBanc) -> None:
    b = await _monter(banc)
    processus, dit = await _emettre(b)
    assert dit.endswith(", demandée.")
    processus.send_signal(signal.SIGINT)
    _, adieu = await asyncio.wait_for(processus.communicate(), 60)
    assert processus.returncode == 130
    assert "L'exécution continue." in adieu.decode()
    (execution,) = await _executions(b)
    assert execution["etat"] == "en_cours"
    processus, dit = await _emettre(b)
    assert dit == f"Exécution {execution['id']}, déjà demandée."
    await b.tache("emissions")
    await asyncio.wait_for(processus.communicate(), 60)
    assert (processus.returncode, len(await _executions(b))) == (0, 1)
