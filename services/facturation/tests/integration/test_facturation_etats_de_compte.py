"""L'état de compte, par âge, par exercice, en page et en tableur, sur PostgreSQL réel (FAC-17)."""

import csv
import io
from decimal import Decimal
from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.integration.test_facturation_reglements import (
    F1,
    compte,
    regler,
    septembre,
)
from services.facturation.tests.scene import SUJETS, executer

pytestmark = pytest.mark.integration


async def deux_mois(b: Banc) -> httpx.AsyncClient:
    """Septembre et octobre émis, 147 $ chacun, dus le 31 octobre et le 2 décembre."""
    client = await septembre(b, "MTQ")
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, "2026-10")
    return client


def tableur(reponse: httpx.Response) -> list[dict[str, str]]:
    """Les rangées d'un CSV, tel qu'Excel l'ouvre."""
    assert reponse.status_code == 200, reponse.text
    assert reponse.headers["content-type"].startswith("text/csv")
    texte = reponse.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def nombre(texte: str) -> Decimal:
    return Decimal(texte.replace(",", "."))


async def test_fac_17_par_age_et_a_toute_date(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await deux_mois(b)
    await regler(client, "100.00", date="2026-11-01", documents={F1: "100.00"})

    async def ages(le: str) -> dict[str, str]:
        lu = (await compte(client, le=le))["ages"]
        return {age: montant for age, montant in lu.items() if montant != "0.00"}

    b.horloge.aller("2027-03-31T09:00-04:00")
    assert await ages("2026-10-31") == {"non_echu": "147.00"}
    assert await ages("2026-11-01") == {"de_1_a_30_jours": "47.00"}
    assert await ages("2026-11-30") == {"non_echu": "147.00", "de_1_a_30_jours": "47.00"}
    assert await ages("2026-12-01") == {"non_echu": "147.00", "de_31_a_60_jours": "47.00"}
    assert await ages("2026-12-31") == {"de_1_a_30_jours": "147.00", "de_61_a_90_jours": "47.00"}
    assert await ages("2027-03-02") == {"de_61_a_90_jours": "147.00", "plus_de_90_jours": "47.00"}
    assert (await compte(client, le="2026-09-30"))["solde"] == "0.00"
    demain = await client.get("/v1/etats-de-compte/MTQ", params={"le": "2027-04-01"})
    assert (demain.status_code, demain.json()["regle"]) == (409, "FAC-17")


async def test_fac_17_la_fermeture_d_un_exercice_ouvre_le_suivant(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await deux_mois(b)
    await regler(client, "100.00", date="2026-11-01", documents={F1: "100.00"})
    b.horloge.aller("2027-04-09T09:00-04:00")
    # Payé le 31 mars, consigné le 9 avril : de l'exercice où l'organisme a payé.
    await regler(client, "40.00", date="2027-03-31", reference="VIR-2", documents={F1: "40.00"})
    await regler(client, "7.00", date="2027-04-08", reference="VIR-3", documents={F1: "7.00"})
    finie = await compte(client, exercice="2026-2027")
    courante = await compte(client, exercice="2027-2028")
    assert finie == {
        "organisme": "MTQ", "exercice": "2026-2027", "du": "2026-04-01", "au": "2027-03-31",
        "su_le": "2027-04-09",
        "ouverture": "0.00", "factures": "294.00", "notes_de_credit": "0.00",
        "reglements": "-140.00", "contre_ecritures": "0.00", "fermeture": "154.00",
    }  # fmt: skip
    assert (courante["ouverture"], courante["fermeture"]) == ("154.00", "147.00")
    assert courante["au"] == "2027-04-09"
    # À la fin du 8, ni l'un ni l'autre n'était consigné : la fermeture d'alors se redit.
    d_alors = await compte(client, exercice="2026-2027", su_le="2027-04-08")
    assert (d_alors["reglements"], d_alors["fermeture"]) == ("-100.00", "194.00")
    assert (await compte(client, le="2027-03-31"))["solde"] == "154.00"
    adresse = "/v1/etats-de-compte/MTQ/mouvements"
    lignes: list[dict[str, Any]] = []
    requete = {"exercice": "2026-2027", "limite": "3"}
    while True:
        page = (await client.get(adresse, params=requete)).json()
        lignes += page["elements"]
        if page["suivant"] is None:
            break
        requete["curseur"] = page["suivant"]
    assert [x["solde"] for x in lignes] == ["147.00", "47.00", "194.00", "154.00"]
    assert lignes[-1]["inscrit_le"] == "2027-04-09T13:00:00Z"
    a_venir = await client.get("/v1/etats-de-compte/MTQ", params={"exercice": "2028-2029"})
    assert a_venir.status_code == 409


async def test_fac_17_le_tableur_somme_au_solde(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await deux_mois(b)
    await regler(client, "160.00", documents={F1: "147.00"})
    adresse, en_csv = "/v1/etats-de-compte/MTQ", {"Accept": "text/csv"}
    rangees = tableur(await client.get(adresse, headers=en_csv))
    assert [(r["sorte"], r["reste"]) for r in rangees] == [
        ("facture", "147,00"),
        ("reglement", "-13,00"),
    ]
    solde = Decimal((await compte(client))["solde"])
    assert sum(nombre(r["reste"]) for r in rangees) == solde
    annuel = await client.get(adresse, params={"exercice": "2026-2027"}, headers=en_csv)
    *lignes, fermeture = tableur(annuel)
    assert [x["sorte"] for x in lignes] == ["ouverture", "facture", "reglement", "facture"]
    assert nombre(fermeture["solde"]) == solde


async def test_fac_17_la_page_dit_le_retard(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await deux_mois(b)
    await regler(client, "13.00")
    adresse, en_page = "/v1/etats-de-compte/MTQ", {"Accept": "text/html"}
    page = await client.get(adresse, headers=en_page)
    assert page.headers["content-type"].startswith("text/html")
    assert "script" not in page.text
    assert "147,00\xa0$ sont en retard." in page.text
    for dit in (F1, "en retard", "2 jours", "Contesté", "Règlements à appliquer", "281,00\xa0$"):
        assert dit in page.text, dit
    annuelle = await client.get(adresse, params={"exercice": "2026-2027"}, headers=en_page)
    assert "Fermeture" in annuelle.text
    refus = await client.get(adresse, headers={"Accept": "application/pdf"})
    assert refus.status_code == 406


async def test_fac_17_le_mcn_lit_tous_les_soldes_page_par_page(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ", "SQ")
    await regler(client, "100.00", documents={F1: "100.00"})
    premiere = (await client.get("/v1/etats-de-compte", params={"limite": 2})).json()
    suite = {"limite": 2, "curseur": premiere["suivant"]}
    seconde = (await client.get("/v1/etats-de-compte", params=suite)).json()
    lus = [*premiere["elements"], *seconde["elements"]]
    assert [(x["organisme"], x["solde"]) for x in lus] == [
        ("MTQ", "47.00"),
        ("RAMQ", "147.00"),
        ("SQ", "147.00"),
    ]
    assert seconde["suivant"] is None
    avant = await client.get("/v1/etats-de-compte", params={"le": "2026-09-30"})
    assert {x["solde"] for x in avant.json()["elements"]} == {"0.00"}
    deux = {"le": "2026-09-30", "exercice": "2026-2027"}
    assert (await client.get("/v1/etats-de-compte/MTQ", params=deux)).status_code == 422
    ouverts = (await client.get("/v1/etats-de-compte/MTQ/documents")).json()["elements"]
    assert [(x["numero"], x["reste"]) for x in ouverts] == [(F1, "47.00")]
    assert (await client.get("/v1/etats-de-compte/INCONNU")).status_code == 404


async def test_fac_17_le_conteste_est_a_part_tant_qu_il_court(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    gestionnaire = b.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-1")
    b.horloge.aller("2026-10-06T09:00-04:00")
    corps = {"motif": "Poste rendu.", "lignes": [{"rang": 1}]}
    ouverte = await gestionnaire.post(f"/v1/factures/{F1}/contestations", json=corps)
    assert ouverte.status_code == 201, ouverte.text
    avant, pendant = await compte(client, le="2026-10-05"), await compte(client)
    assert (avant["conteste"], avant["ages"]["non_echu"]) == ("0.00", "147.00")
    assert (pendant["conteste"], pendant["ages"]["non_echu"]) == ("147.00", "0.00")
    assert pendant["solde"] == avant["solde"] == "147.00"
    await regler(client, "100.00", documents={F1: "100.00"})
    (seul,) = (await client.get("/v1/etats-de-compte/MTQ/documents")).json()["elements"]
    assert (seul["conteste"], seul["reste"], seul["etat"]) == ("47.00", "47.00", "regle_en_partie")
    b.horloge.aller("2026-10-08T09:00-04:00")
    une = f"/v1/contestations/{ouverte.json()['id']}"
    await client.post(f"{une}/examen", json={})
    decision = {"decision": "rejetee", "motif": "Rendu en octobre."}
    assert (await client.post(f"{une}/decision", json=decision)).is_success
    assert (await compte(client))["conteste"] == "0.00"
    assert (await compte(client, le="2026-10-07"))["conteste"] == "47.00"
