"""Ce qui fut dit d'un compte à la fin d'un jour se redit tel quel (FAC-17)."""

import random
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.decisions import crediter, mtq
from services.facturation.tests.integration.test_facturation_comptes_au_hasard import (
    PERIODES,
    emettre,
    vivre,
)
from services.facturation.tests.integration.test_facturation_etats_de_compte import deux_mois
from services.facturation.tests.integration.test_facturation_reglements import (
    F1,
    compte,
    regler,
    septembre,
    solde,
)

pytestmark = pytest.mark.integration
ADRESSE = "/v1/etats-de-compte/MTQ"


async def _dire(client: httpx.AsyncClient, jour: str, ecart: int, **su: str) -> list[str]:
    """Toutes les lectures d'un compte, mot pour mot, à la fin d'un jour ou d'un jour d'avant."""
    d_avant = {"le": str(date.fromisoformat(jour) - timedelta(days=ecart)), **su}
    annuel = {"exercice": "2026-2027", **su}
    lectures: list[tuple[str, dict[str, str], str]] = [
        ("/v1/etats-de-compte", d_avant, "application/json"),
        (f"{ADRESSE}/documents", {**d_avant, "limite": "200"}, "application/json"),
        (f"{ADRESSE}/mouvements", {**annuel, "limite": "200"}, "application/json"),
        (f"/v1/factures/{F1}/solde", su, "application/json"),
        *(
            (ADRESSE, requete, media)
            for requete in (su, d_avant, annuel)
            for media in ("application/json", "text/csv", "text/html")
        ),
    ]
    dits = []
    for adresse, requete, media in lectures:
        lu = await client.get(adresse, params=requete, headers={"Accept": media})
        assert lu.status_code == 200, lu.text
        dits.append(lu.text)
    return dits


async def _contester(b: Banc, hasard: random.Random) -> None:
    """Conteste la première facture, ou se désiste : tardive, la contestation est à admettre."""
    gestionnaire = mtq(b)
    ouvertes = (await gestionnaire.get("/v1/contestations")).json()["elements"]
    courent = [c for c in ouvertes if c["etat"] in {"ouverte", "a_admettre"}]
    if courent and hasard.random() < 0.7:
        geste = f"/v1/contestations/{courent[0]['id']}/retrait"
        posee = await gestionnaire.post(geste)
        assert posee.status_code in {200, 201}, posee.text
    elif not courent:
        corps: dict[str, Any] = {"motif": "Poste rendu.", "lignes": [{"rang": 1}]}
        posee = await gestionnaire.post(f"/v1/factures/{F1}/contestations", json=corps)
        assert posee.status_code == 201, posee.text


@pytest.mark.parametrize("graine", range(3))
async def test_fac_17_ce_qui_fut_dit_un_jour_se_redit_pareil(banc: MonterBanc, graine: int) -> None:
    """Quoi qu'on consigne ensuite : règlements d'avant, contre-écritures, notes, contestations."""
    b, hasard = await banc("facturation"), random.Random(graine)
    client = await septembre(b, "MTQ")
    dits: list[tuple[str, int, list[str]]] = []
    for periode in PERIODES:
        for _ in range(3):
            await vivre(b, client, hasard)
            await _contester(b, hasard)
            jour, ecart = str(b.horloge().date()), hasard.randrange(9)
            dits.append((jour, ecart, await _dire(client, jour, ecart)))
            b.horloge.aller(f"{b.horloge().date() + timedelta(days=2)}T09:00-05:00")
        await crediter(b, F1, L1=f"{hasard.randint(1, 20)}.00")
        await emettre(b, periode)
    for jour, ecart, dit in dits:
        assert await _dire(client, jour, ecart, su_le=jour) == dit, jour


async def test_fac_17_un_reglement_consigne_plus_tard_ne_change_pas_l_etat_deja_donne(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await deux_mois(b)
    le_15 = {"le": "2026-10-15", "su_le": "2026-11-02"}
    donne = await compte(client, le="2026-10-15")
    assert (donne["solde"], donne["su_le"]) == ("147.00", "2026-11-02")
    b.horloge.aller("2026-11-03T09:00-05:00")
    await regler(client, "100.00", date="2026-10-05", documents={F1: "100.00"})
    assert (await compte(client, le="2026-10-15"))["solde"] == "47.00"
    assert await compte(client, **le_15) == donne
    assert (await solde(client, **le_15))["reste"] == "147.00"
    for fautive in (
        {"le": "2026-10-15", "su_le": "2026-10-14"},
        {"su_le": "2026-11-04"},
    ):
        refus = await client.get(ADRESSE, params=fautive)
        assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-17")


async def test_fac_17_la_journee_finit_a_minuit_de_quebec(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    for instant, reference in (("03T23:59:59-04:00", "VIR-1"), ("04T00:00:00-04:00", "VIR-2")):
        b.horloge.aller(f"2026-10-{instant}")
        await regler(client, "10.00", reference=reference)
    assert (await compte(client, su_le="2026-10-03"))["reglements"] == "10.00"
    assert (await compte(client, su_le="2026-10-04"))["reglements"] == "20.00"
