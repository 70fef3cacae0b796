"""Un compte vécu au hasard par l'API : ses lectures se recoupent à toute date (FAC-17)."""

import importlib.util
import random
from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from facturation.main import service
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.decisions import crediter
from services.facturation.tests.integration.test_facturation_etats_de_compte import (
    nombre,
    tableur,
)
from services.facturation.tests.integration.test_facturation_reglements import (
    F1,
    compte,
    regler,
    septembre,
    solde,
)
from services.facturation.tests.scene import SUJETS, executer

pytestmark = pytest.mark.integration
PERIODES = ("2026-10", "2026-11", "2026-12")


async def emettre(b: Banc, periode: str) -> None:
    annee, mois = int(periode[:4]), int(periode[5:])
    suivant = date(annee + mois // 12, mois % 12 + 1, 2)
    b.horloge.aller(f"{suivant}T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, periode)


async def vivre(b: Banc, client: httpx.AsyncClient, hasard: random.Random) -> None:
    """Un geste : régler un peu, beaucoup ou trop, appliquer, contrepasser, créditer."""
    jour = b.horloge().date()
    ouverts = (await client.get("/v1/etats-de-compte/MTQ/documents")).json()["elements"]
    inscrits = (await client.get("/v1/reglements")).json()["elements"]
    valables = [r for r in inscrits if not r["annule"] and not r["annule_par"]]
    match hasard.randrange(4):
        case 0 if valables:
            adresse = f"/v1/reglements/{hasard.choice(valables)['id']}/contre-ecriture"
            assert (await client.post(adresse, json={"motif": "Faute."})).status_code == 201
        case 1 if valables and ouverts:
            lu = hasard.choice(valables)
            credit = Decimal(lu["montant"]) - Decimal(lu["acquitte"])
            montant = min(credit, abs(Decimal(ouverts[0]["reste"])))
            if montant > 0 and Decimal(ouverts[0]["reste"]) > 0:
                corps = {"documents": [{"numero": ouverts[0]["numero"], "montant": str(montant)}]}
                adresse = f"/v1/reglements/{lu['id']}/acquittements"
                assert (await client.post(adresse, json=corps)).status_code == 201
        case _:
            documents = {
                x["numero"]: x["reste"]
                if Decimal(x["reste"]) < 0
                else str(Decimal(x["reste"]) + hasard.randrange(-4, 9))
                for x in hasard.sample(ouverts, hasard.randint(0, len(ouverts)))
            }
            total = sum(map(Decimal, documents.values()), Decimal(0))
            montant = max(total, Decimal(0)) + hasard.randrange(1, 40)
            corps_autres: dict[str, Any] = {
                "date": str(max(date(2026, 10, 1), jour - timedelta(days=hasard.randrange(20)))),
                "reference": f"VIR-{hasard.randrange(10**9)}",
                "documents": documents,
            }
            inscrit = await regler(client, f"{montant:.2f}", **corps_autres)
            assert inscrit.status_code == 201, inscrit.text


@pytest.mark.parametrize("graine", range(3))
async def test_fac_17_ses_lectures_se_recoupent_a_toute_date(banc: MonterBanc, graine: int) -> None:
    b, hasard = await banc("facturation"), random.Random(graine)
    client = await septembre(b, "MTQ")
    for periode in PERIODES:
        for _ in range(4):
            await vivre(b, client, hasard)
        await crediter(b, F1, L1=f"{hasard.randint(1, 20)}.00")
        await emettre(b, periode)
    adresse, dernier = "/v1/etats-de-compte/MTQ", b.horloge().date()
    annuel = {"exercice": "2026-2027", "limite": "200"}
    lignes = (await client.get(f"{adresse}/mouvements", params=annuel)).json()["elements"]
    for jours in range(0, (dernier - date(2026, 9, 30)).days + 1, 9):
        le = str(dernier - timedelta(days=jours))
        etat = await compte(client, le=le)
        solde = Decimal(etat["solde"])
        assert solde == Decimal(etat["du"]) - Decimal(etat["credits"])
        assert solde == next(
            (Decimal(x["solde"]) for x in reversed(lignes) if x["date"] <= le), Decimal(0)
        )
        lu = await client.get(adresse, params={"le": le}, headers={"Accept": "text/csv"})
        assert sum((nombre(r["reste"]) for r in tableur(lu)), Decimal(0)) == solde
        assert min(Decimal(m) for m in (*etat["ages"].values(), etat["credits"])) >= 0
    assert (await compte(client, exercice="2026-2027"))["fermeture"] == lignes[-1]["solde"]
    await exiger_soldes(b, client)


async def exiger_soldes(b: Banc, client: httpx.AsyncClient) -> None:
    """Ce que tiennent les déclencheurs est ce que disent les comptes, et la migration de même."""
    documents = (await client.get("/v1/factures", params={"limite": "200"})).json()["elements"]
    attendus = {
        x["numero"]: Decimal((await solde(client, x["numero"]))["reste"])
        for x in documents
        if x["corrige"] is None
    }
    assert await soldes_tenus(b) == attendus
    async with b.interne() as cx:
        await cx.ecrire(text("DELETE FROM soldes"))
        await cx.ecrire(text(migration().DEJA_EMIS))
    assert await soldes_tenus(b) == attendus
    b.horloge.aller("2027-06-01T09:00-04:00")
    en_retard = (await client.get("/v1/documents-en-retard")).json()["elements"]
    assert {x["numero"] for x in en_retard} == {n for n, reste in attendus.items() if reste > 0}


async def soldes_tenus(b: Banc) -> dict[str, Decimal]:
    async with b.interne() as cx:
        lus = await cx.lignes(text("SELECT numero, reste FROM soldes"))
    return {x.numero: x.reste for x in lus}


def migration() -> ModuleType:
    """La révision qui tient les soldes."""
    (fichier,) = (service().migrations / "versions").glob("*_0015_soldes.py")
    specification = importlib.util.spec_from_file_location("soldes", fichier)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
