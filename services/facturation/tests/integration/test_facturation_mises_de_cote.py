"""Un calcul trop long, ou qui échoue, n'est pas une panne : il se retente peu, et se dit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    fermer_septembre,
    jour,
    livraison,
    planter,
)
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.transaction import INTERNE, transaction

pytestmark = pytest.mark.integration
TROP_LONG = "Le calcul dépasse le délai d'une transaction (SBG_BASE__DELAIS__TRANSACTION)."


async def _monter(banc: MonterBanc) -> Banc:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    for code in ("MTQ", "RAMQ"):
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    return b


@asynccontextmanager
async def _presse(b: Banc, verrou: str) -> AsyncIterator[None]:
    """Une base qui n'accorde que 300 ms, et le verrou d'un autre sur ce que lit le calcul."""
    patient = b.moteur_interne
    presse = ouvrir_moteur(b.roles.dsn("interne"), DelaisBase(transaction=300, reserve=4))
    try:
        async with transaction(patient, INTERNE) as autre:
            await autre.ecrire(text(verrou))
            b.moteur_interne = presse
            yield
    finally:
        b.moteur_interne = patient
        await presse.fermer()


async def _sante(b: Banc, nom: str) -> str | None:
    return await b.contexte.lire(b.service.degradations[nom])


async def _essais(b: Banc, table: str) -> int:
    async with b.interne() as connexion:
        essais: int = await connexion.valeur(text(f"SELECT coalesce(max(essais), 0) FROM {table}"))
        return essais


async def test_fac_6_un_delai_depasse_se_retente_trois_fois_puis_met_de_cote(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc)
    client = b.client("facturation")
    demande = await client.post("/v1/executions", json={"periode": "2026-09"})
    emission = b.roles.taches["emissions"]

    async def sort(organisme: str = "MTQ") -> dict[str, Any]:
        sorts = (await client.get(demande.headers["Location"])).json()["sorts"]
        return next(s for s in sorts if s["organisme"] == organisme)

    async with _presse(b, "SELECT 1 FROM arretes WHERE organisme = 'MTQ' FOR UPDATE"):
        for essai in (1, 2, 3):
            assert (await sort())["etat"] == "a_faire"
            await emission.faire(b.contexte)
            assert (await _essais(b, "traitements"), (await sort())["raison"]) == (essai, TROP_LONG)
            assert (await sort("RAMQ"))["etat"] == "emise"
            assert (await _sante(b, "émissions") is None) == (essai < 3)
    assert (await sort())["etat"] == "en_attente"
    assert await _sante(b, "émissions") == f"MTQ, 2026-09 : {TROP_LONG}"
    # Plus rien ne se retente de soi-même; une autre exécution l'émet, et la santé se tait.
    assert await b.tache("emissions") == 0
    assert [s["etat"] for s in (await executer(b, organisme="MTQ"))["sorts"]] == ["emise"]
    assert await _sante(b, "émissions") is None


async def test_fac_6_un_refus_met_de_cote_sans_alarmer(banc: MonterBanc) -> None:
    """Un fichier client qu'on attend n'est pas un échec du service."""
    b = await _monter(banc)
    await b.recevoir(livraison(uuid4(), code="INCONNU"), survenu_le=a(jour(1)))
    assert (await executer(b, organisme="INCONNU"))["sorts"][0]["etat"] == "en_attente"
    assert await _sante(b, "émissions") is None


async def test_une_revue_trop_longue_se_met_de_cote_et_ce_qui_arrive_y_ramene(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc)
    revue = b.roles.taches["attentes"]
    async with _presse(b, "LOCK TABLE abonnements IN ACCESS EXCLUSIVE MODE"):
        for essai in (1, 2, 3):
            await revue.faire(b.contexte)
            assert await _essais(b, "revues") == essai
            assert (await _sante(b, "revues") is None) == (essai < 3)
    assert await _sante(b, "revues") == f"MTQ : {TROP_LONG} RAMQ : {TROP_LONG}"
    assert await b.tache("attentes") == 0
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(2)))
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    assert await _sante(b, "revues") == f"RAMQ : {TROP_LONG}"
    assert await b.tache("attentes") == 1


async def test_une_revue_qui_echoue_n_arrete_ni_les_autres_ni_le_role(banc: MonterBanc) -> None:
    """Vu : un fait illisible rendait le relais indisponible, et se retentait chaque seconde."""
    b = await _monter(banc)
    async with b.interne() as connexion:
        await connexion.ecrire(
            text("UPDATE faits SET donnees = donnees - 'role' WHERE organisme = 'MTQ'")
        )
    await b.tache("attentes")
    async with b.interne() as connexion:
        assert await connexion.colonne(text("SELECT organisme FROM revues")) == ["MTQ"]
    assert (await _sante(b, "revues") or "").startswith("MTQ : Le calcul a échoué")
