"""Les documents en retard : leur liste, et ce qu'en compte le tableau du mois (FAC-17)."""

from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.decisions import agent, contester, poser, trois_postes
from services.facturation.tests.integration.test_facturation_reglements import (
    F1,
    F2,
    regler,
    septembre,
    solde,
)
from services.facturation.tests.saisies import facturiere, planter, saisir

pytestmark = pytest.mark.integration
LISTE = "/v1/documents-en-retard"


async def constat(b: Banc, rubrique: str) -> dict[str, Any]:
    """Ce que le tableau de septembre compte sous cette rubrique."""
    lu = await b.client("facturation").get("/v1/tableau-du-mois", params={"periode": "2026-09"})
    (trouve,) = [c for c in lu.json()["constats"] if c["rubrique"] == rubrique]
    rendu: dict[str, Any] = trouve
    return rendu


async def lire(client: httpx.AsyncClient, adresse: str, **filtre: str) -> list[dict[str, Any]]:
    """Tous les éléments d'une liste."""
    lue = await client.get(str(httpx.URL(adresse).copy_merge_params({"limite": "200", **filtre})))
    assert lue.status_code == 200, lue.text
    elements: list[dict[str, Any]] = lue.json()["elements"]
    return elements


async def retards(b: Banc) -> list[str]:
    """Les documents de la liste, qui sont exactement ceux que compte le tableau."""
    tableau = await constat(b, "en_retard")
    siens = await lire(b.client("facturation"), tableau["lien"])
    assert tableau["nombre"] == len(siens)
    assert [c["nom"] for c in tableau["cas"]] == [x["numero"] for x in siens]
    assert all(x["etat"] == "en_retard" for x in siens)
    return [x["numero"] for x in siens]


async def test_fac_17_le_tableau_compte_les_retards_de_leur_liste(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    b.horloge.aller("2026-10-31T23:30-04:00")
    assert await retards(b) == [], "le dernier jour où payer à temps"
    b.horloge.aller("2026-11-01T00:30-04:00")
    assert await retards(b) == [F1, F2]
    tableau = await constat(b, "en_retard")
    assert (tableau["depuis"], tableau["davantage"]) == ("2026-10-31", False)
    assert tableau["cas"][0]["texte"] == "MTQ : 147,00\xa0$"
    (mien,) = await lire(client, LISTE, organisme="MTQ")
    lu = await solde(client)
    assert mien == {**lu, "organisme": "MTQ"}
    assert (mien["jours_de_retard"], mien["reste"], mien["conteste"]) == (1, "147.00", "0.00")


async def test_fac_17_ce_qui_se_paie_en_sort_et_ce_qui_se_contrepasse_y_revient(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    b.horloge.aller("2026-11-03T09:00-05:00")
    await regler(client, "146.99", documents={F1: "146.99"})
    assert await retards(b) == [F1, F2], "un cent reste dû"
    paye = await regler(client, "0.01", reference="VIR-2", documents={F1: "0.01"})
    assert await retards(b) == [F2]
    adresse = f"/v1/reglements/{paye.json()['id']}/contre-ecriture"
    assert (await client.post(adresse, json={"motif": "Faute."})).status_code == 201
    assert await retards(b) == [F1, F2]
    assert (await lire(client, LISTE))[0]["reste"] == "0.01"


async def test_fac_17_un_document_conteste_en_entier_n_est_pas_en_retard(banc: MonterBanc) -> None:
    """En partie, il l'est pour le reste : contester une ligne n'arrête pas les autres."""
    b = await banc("facturation")
    await trois_postes(b, taxable=True)
    contestee = await contester(b, 1)
    b.horloge.aller("2026-11-03T09:00-05:00")
    assert await retards(b) == [F1]
    (reste,) = await lire(agent(b), LISTE)
    assert (reste["reste"], reste["conteste"]) == ("507.04", "169.01")
    entiere = await contester(b, 2, 3)
    assert await retards(b) == [], "taxes comprises, il n'en reste pas un cent"
    await poser(agent(b), entiere, "examen")
    await poser(agent(b), entiere, "decision", decision="rejetee", motif="Ils servaient.")
    assert await retards(b) == [F1]
    await poser(agent(b), contestee, "examen")
    await poser(agent(b), contestee, "decision", decision="acceptee", motif="Vu le billet.")
    (credite,) = await lire(agent(b), LISTE)
    assert (credite["credite"], credite["reste"]) == ("-169.01", "338.03")


async def test_fac_17_un_organisme_n_y_voit_que_les_siens(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await septembre(b, "MTQ", "RAMQ")
    b.horloge.aller("2026-11-03T09:00-05:00")
    ramq = b.client("gestionnaire", organisme="RAMQ")
    assert [x["numero"] for x in await lire(ramq, LISTE)] == [F2]
    assert (await ramq.get(LISTE, params={"organisme": "MTQ"})).status_code == 404
    une = await b.client("facturation").get(LISTE, params={"limite": "1"})
    suite = await b.client("facturation").get(une.links["next"]["url"])
    lus = [*une.json()["elements"], *suite.json()["elements"]]
    assert [x["numero"] for x in lus] == [F1, F2]


async def test_fac_13_le_tableau_compte_les_decisions_a_confirmer_de_leur_liste(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    await saisir(agnes, montant="10.00")
    assert (await constat(b, "a_confirmer"))["nombre"] == 0
    premiere = await saisir(agnes, montant="5000.00", motif="Vol.")
    b.horloge.aller("2026-09-20T09:00-04:00")
    await saisir(agnes, montant="6000.00", organisme="RAMQ")
    tableau = await constat(b, "a_confirmer")
    siennes = await lire(agnes, tableau["lien"])
    assert (tableau["nombre"], tableau["depuis"]) == (2, "2026-09-15")
    assert len(siennes) == 2
    assert [c["nom"] for c in tableau["cas"]] == ["MTQ", "RAMQ"]
    adresse = f"/v1/decisions/{premiere['decision_id']}"
    assert tableau["cas"][0]["lien"] == adresse
    assert (await bernard.post(f"{adresse}/confirmation")).status_code == 200
    tableau = await constat(b, "a_confirmer")
    assert (tableau["nombre"], tableau["depuis"]) == (1, "2026-09-20")
    assert len(await lire(agnes, tableau["lien"])) == 1
