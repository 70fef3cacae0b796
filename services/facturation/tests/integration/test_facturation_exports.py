"""Ce que la comptabilité reprend, égal au cent aux documents et aux événements (FAC-17)."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from facturation.comptes.adaptateurs.exports import vues
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.decisions import crediter
from services.facturation.tests.integration.test_facturation_etats_de_compte import (
    nombre,
    tableur,
)
from services.facturation.tests.scene import (
    SUJETS,
    contrat,
    executer,
    fermer_septembre,
    jour,
    livraison,
    organisme,
    perte,
    planter,
    recuperation,
)

pytestmark = pytest.mark.integration
CSV = {"Accept": "text/csv"}


async def vivre(b: Banc) -> httpx.AsyncClient:
    """Deux mois de trois organismes, dont deux taxés, des corrections et des notes de crédit."""
    await planter(b, "RAMQ")
    await b.recevoir(organisme("MTQ", taxable=True), organisme("SQ", taxable=True))
    actifs = {code: [uuid4() for _ in range(4)] for code in ("MTQ", "RAMQ", "SQ")}
    for code, siens in actifs.items():
        for rang, actif in enumerate(siens):
            produit = ("BUREAU-STD", "LOGICIEL-X", "PORTABLE-14", "BUREAU-STD")[rang]
            await b.recevoir(livraison(actif, produit, code), survenu_le=a(jour(3 + 2 * rang)))
    await b.recevoir(perte(actifs["MTQ"][2], jour(18), "PORTABLE-14"), survenu_le=a(jour(18)))
    await fermer_septembre(b)
    await executer(b)
    for rang, produit in ((0, "BUREAU-STD"), (2, "PORTABLE-14"), (3, "BUREAU-STD")):
        rendu = recuperation(actifs["SQ"][rang], jour(10), produit, "SQ")
        await b.recevoir(rendu, survenu_le=a(jour(10)))
    await b.recevoir(recuperation(actifs["MTQ"][0], jour(9)), survenu_le=a(jour(9)))
    # Rendue en trois fois, la taxe d'une ligne ne s'arrondit pas comme d'un coup.
    for montant in ("33.33", "33.33", "1.01"):
        await crediter(b, "2026-2027-000001", L1=montant)
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, "2026-10")
    return b.client("facturation")


async def test_fac_17_lignes_totaux_exports_et_evenements_disent_les_memes_cents(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await vivre(b)
    emis = [*await b.sortants("facture.émise"), *await b.sortants("note_de_crédit.émise")]
    assert {e.type for e in emis} == {"facture.émise", "note_de_crédit.émise"}
    rangees = [
        rangee
        for periode in ("2026-09", "2026-10")
        for rangee in tableur(
            await client.get("/v1/exports", params={"periode": periode}, headers=CSV)
        )
    ]
    for evenement in emis:
        numero = evenement.donnees["numero"]
        siennes = [r for r in rangees if r["numero"] == numero]
        document = (await client.get(f"/v1/factures/{numero}")).json()
        assert len(siennes) == len(document["lignes"]) == evenement.donnees["lignes"]
        for colonne, nom in (
            ("montant", "total_avant_taxes"),
            ("tps", "tps"),
            ("tvq", "tvq"),
            ("total", "total"),
        ):
            somme = sum(nombre(r[colonne]) for r in siennes)
            assert somme == Decimal(document[nom]) == Decimal(evenement.donnees[nom]), numero
        for r in siennes:
            propre = nombre(r["montant"]) * nombre(r["taux_tvq"])
            assert abs(nombre(r["tvq"]) - propre) <= Decimal("0.01")
    assert {r["numero"] for r in rangees} == {e.donnees["numero"] for e in emis}


async def test_fac_17_l_export_par_emission_et_ses_totaux_de_controle(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await vivre(b)

    async def totaux(**requete: str) -> dict[str, Any]:
        lus: dict[str, Any] = (await client.get("/v1/exports", params=requete)).json()
        return {n: v for n, v in lus.items() if n not in {"mois", "par"}}

    # Septembre est émis en octobre, et les trois notes des décisions, qui sont d'octobre.
    periodes = [await totaux(periode=mois) for mois in ("2026-09", "2026-10")]
    emissions = [await totaux(emission=mois) for mois in ("2026-10", "2026-11")]
    assert [t["documents"] for t in periodes] == [3, 6]
    assert [t["documents"] for t in emissions] == [6, 3]
    for nom in ("lignes", "tps", "total"):
        assert sum(Decimal(t[nom]) for t in periodes) == sum(Decimal(t[nom]) for t in emissions)
    assert (await totaux(emission="2026-09"))["documents"] == 0
    # D'office, ce qui est émis dans le mois qui court.
    assert await totaux() == emissions[1]
    deux = {"periode": "2026-09", "emission": "2026-10"}
    assert (await client.get("/v1/exports", params=deux)).status_code == 422
    sq = b.client("gestionnaire", organisme="SQ")
    siennes = tableur(await sq.get("/v1/exports", params={"periode": "2026-09"}, headers=CSV))
    assert {r["organisme"] for r in siennes} == {"SQ"}


async def test_fac_17_l_export_dit_l_exercice_d_origine_et_celui_de_l_emission(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    b.horloge.aller("2027-04-01T09:00-04:00")
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(1)))
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, "2027-03")
    client, mars = b.client("facturation"), {"periode": "2027-03"}
    lu = await client.get("/v1/exports", params=mars, headers=CSV)
    exercices = {(r["exercice_periode"], r["exercice_emission"]) for r in tableur(lu)}
    assert exercices == {("2026-2027", "2027-2028")}
    deja = {**CSV, "If-None-Match": lu.headers["ETag"]}
    assert (await client.get("/v1/exports", params=mars, headers=deja)).status_code == 304


async def test_fac_17_ce_qui_est_a_facturer_est_ce_qu_on_facture_ensuite(
    banc: MonterBanc,
) -> None:
    """À la fin d'une période, avant ou après son émission : la même somme, au cent."""
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    rendu = uuid4()
    await b.recevoir(livraison(rendu), livraison(uuid4()), survenu_le=a(jour(5)))
    await b.recevoir(livraison(uuid4(), "LOGICIEL-X"), survenu_le=a(jour(9)))
    await fermer_septembre(b)
    client = b.client("facturation")

    async def lire(periode: str) -> dict[str, Any]:
        lu = await client.get("/v1/exports/a-facturer", params={"periode": periode})
        assert lu.status_code == 200, lu.text
        lus = lu.json()["elements"]
        assert {datetime.fromisoformat(x.pop("lu_le")) for x in lus} == {b.horloge()}
        return {x["organisme"]: x for x in lus}

    avant = await lire("2026-09")
    await executer(b)
    assert await lire("2026-09") == avant
    document = (await client.get("/v1/factures/2026-2027-000001")).json()
    assert avant["MTQ"]["montant"] == document["total_avant_taxes"]
    assert (avant["RAMQ"]["montant"], avant["RAMQ"]["parts"]) == ("0.00", [])
    # Appris après l'émission : dû en moins de septembre, que nul document ne porte encore.
    await b.recevoir(recuperation(rendu, jour(12)), survenu_le=a(jour(12)))
    tardif = await lire("2026-09")
    assert Decimal(tardif["MTQ"]["montant"]) < Decimal(avant["MTQ"]["montant"])
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, "2026-10")
    assert await lire("2026-09") == tardif
    (part,) = (p for p in tardif["MTQ"]["parts"] if p["tarif"] == "POSTE-01")
    assert part["exercice"] == "2026-2027"


async def test_fac_17_un_organisme_qu_on_ne_calcule_pas_n_arrete_pas_les_autres(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ", "SQ")
    for code in ("MTQ", "RAMQ", "SQ"):
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    await b.recevoir(contrat(jour(9)), survenu_le=a(jour(9), 15))
    # Un fait, et pas encore de fichier client.
    await b.recevoir(livraison(uuid4(), code="SAAQ"), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    client = b.client("facturation")
    rangees = tableur(
        await client.get("/v1/exports/a-facturer", params={"periode": "2026-09"}, headers=CSV)
    )
    assert [(r["organisme"], r["montant"], r["attentes"]) for r in rangees] == [
        ("MTQ", "147,00", "1"),
        ("RAMQ", "147,00", "0"),
        ("SAAQ", "", "0"),
        ("SQ", "147,00", "0"),
    ]
    reprise = {"periode": "2026-09", "apres": "MTQ"}
    lus = (await client.get("/v1/exports/a-facturer", params=reprise)).json()
    assert [x["organisme"] for x in lus["elements"]] == ["RAMQ", "SAAQ", "SQ"]
    assert "n'est pas encore connu" in lus["elements"][1]["raison"]
    adresse, septembre = "/v1/etats-de-compte/RAMQ/a-facturer", {"periode": "2026-09"}
    gestionnaire = b.client("gestionnaire", organisme="RAMQ")
    assert (await gestionnaire.get(adresse, params=septembre)).json() == lus["elements"][0]
    autre = b.client("gestionnaire", organisme="SQ")
    assert (await autre.get(adresse, params=septembre)).status_code == 404
    inconnu = await client.get("/v1/etats-de-compte/INCONNU/a-facturer", params=septembre)
    assert inconnu.status_code == 404
    tot = await client.get("/v1/exports/a-facturer", params={"periode": "2026-11"})
    assert (tot.status_code, tot.json()["regle"]) == (409, "FAC-7")
    refus = await gestionnaire.get("/v1/exports/a-facturer", params={"periode": "2026-09"})
    assert refus.status_code == 403


async def test_fac_17_un_long_document_s_exporte_lot_par_lot_au_cent(banc: MonterBanc) -> None:
    """La part des taxes de chaque ligne suit les précédentes, d'un lot à l'autre."""
    b = await banc("facturation")
    await planter(b)
    await b.recevoir(organisme(taxable=True))
    combien = vues.LOT + 3
    for debut in range(0, combien, 250):
        lot = [livraison(uuid4()) for _ in range(min(250, combien - debut))]
        await b.recevoir(*lot, survenu_le=a(jour(4)))
    await fermer_septembre(b)
    await executer(b)
    client, septembre = b.client("facturation"), {"periode": "2026-09"}
    lu = await client.get("/v1/exports", params=septembre, headers=CSV)
    assert "content-length" not in lu.headers, "il s'est rendu d'un bloc"
    rangees, totaux = tableur(lu), (await client.get("/v1/exports", params=septembre)).json()
    assert [int(r["rang"]) for r in rangees] == list(range(1, combien + 1))
    for colonne, nom in (("montant", "total_avant_taxes"), ("tps", "tps"), ("tvq", "tvq")):
        assert sum(nombre(r[colonne]) for r in rangees) == Decimal(totaux[nom])
    # 132,30 × 9,975 % = 13,196925 : un cent de trop, ligne par ligne, en ferait trois dollars.
    assert {r["tvq"] for r in rangees} == {"13,19", "13,20"}
