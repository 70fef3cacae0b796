"""Un fichier de règlements se consigne tout entier, ou pas du tout (FAC-17)."""

import asyncio

import httpx
import pytest

from outils.essais.greffon import MonterBanc
from services.facturation.tests.integration.test_facturation_reglements import (
    F1,
    F2,
    septembre,
    solde,
)

pytestmark = pytest.mark.integration


async def verser(client: httpx.AsyncClient, *lignes: str) -> httpx.Response:
    corps = "\r\n".join(["organisme;date;reference;document;montant", *lignes, ""])
    en_tetes = {"Content-Type": "text/csv; charset=windows-1252"}
    return await client.post(
        "/v1/reglements/lots", content=corps.encode("cp1252"), headers=en_tetes
    )


async def test_fac_17_un_fichier_se_consigne_et_dit_ce_qu_il_est_devenu(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    recu = await verser(
        client,
        f"RAMQ;2026-10-01;VIR-9;{F2};147,00",
        f"MTQ;2026-10-01;VIR-1;{F1};100,00",
        f"MTQ;2026-10-01;VIR-2;{F1};60,00",
    )
    assert recu.status_code == 201, recu.text
    lot = recu.json()
    assert (lot["reglements"], lot["montant"]) == (3, "307.00")
    assert [(v["lignes"], v["credit"]) for v in lot["verdicts"]] == [
        ([2], "0.00"),
        ([3], "0.00"),
        ([4], "13.00"),
    ]
    assert [(await solde(client, n))["etat"] for n in (F1, F2)] == ["regle", "regle"]
    assert len(await b.sortants("règlement.consigné")) == 3


async def test_fac_17_une_ligne_refusee_refuse_le_fichier_et_toutes_sont_jugees(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    refus = await verser(
        client,
        f"MTQ;2026-10-01;VIR-1;{F1};100,00",
        f"MTQ;2026-10-02;VIR-2;{F1};10,00",
        f"MTQ;2026-10-01;VIR-3;{F2};10,00",
        "INCONNU;2026-10-01;VIR-4;;10,00",
    )
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-17")
    details = refus.json()["details"]
    assert details["refuses"] == 3
    assert [r["lignes"] for r in details["refus"]] == [[3], [4], [5]]
    assert (await client.get("/v1/reglements")).json()["elements"] == []
    assert await b.sortants("règlement.consigné") == []


async def test_fac_17_le_meme_fichier_ne_se_consigne_pas_deux_fois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    lignes = (f"MTQ;2026-10-01;VIR-1;{F1};100,00", f"RAMQ;2026-10-01;VIR-1;{F2};100,00")
    assert (await verser(client, *lignes)).status_code == 201
    # À l'envers, et trois à la fois : les organismes se verrouillent dans le même ordre.
    encore = await asyncio.gather(*(verser(client, *lignes[::-1]) for _ in range(3)))
    assert [r.status_code for r in encore] == [409] * 3
    assert {r.json()["details"]["refuses"] for r in encore} == {2}
    assert (await solde(client))["acquitte"] == "100.00"


async def test_fac_17_une_ligne_redite_refuse_le_fichier(banc: MonterBanc) -> None:
    """Un paiement groupé a plusieurs lignes; deux lignes pareilles sont un copier-coller."""
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    une = f"MTQ;2026-10-01;VIR-1;{F1};10,00"
    refus = await verser(client, une, une.replace("VIR-1", "vir-1"))
    assert refus.status_code == 422
    assert "Les lignes 2 et 3 disent la même chose." in refus.text
    assert (await client.get("/v1/reglements")).json()["elements"] == []
