"""Ce qui attend un montant, et que la facturation renonce à facturer (FAC-9, FAC-13)."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from noyau import Tranche
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import scene
from services.facturation.tests.builders import a
from services.facturation.tests.saisies import facturiere, refus

pytestmark = pytest.mark.integration
ECARTEMENTS = "/v1/lignes-en-attente/ecartements"
GRILLE = Tranche(Decimal(0), Decimal(1000), Decimal("0.005"))


async def _en_attente(b: Banc, client: httpx.AsyncClient) -> dict[str, Any]:
    """L'attente d'un contrat dont les frais n'ont pas de grille, telle qu'elle s'écarte."""
    await scene.planter(b, "MTQ", "RAMQ")
    await b.recevoir(scene.contrat(scene.jour(9)), survenu_le=a(scene.jour(9), 15))
    b.horloge.aller("2026-09-10T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    assert await b.tache("attentes") == 1
    (attente,) = (await client.get("/v1/lignes-en-attente")).json()["elements"]
    return {nom: attente[nom] for nom in ("organisme", "source", "tarif", "nature", "cle")}


async def test_fac_13_une_attente_ecartee_ne_se_facture_jamais(banc: MonterBanc) -> None:
    b = await banc("facturation")
    agnes = facturiere(b)
    visee = await _en_attente(b, agnes)
    rendue = await agnes.post(ECARTEMENTS, json={**visee, "motif": "Contrat d'essai."})
    assert rendue.status_code == 201, rendue.text
    assert rendue.json()["attente"].startswith("La grille")
    assert (await agnes.get("/v1/lignes-en-attente")).json()["elements"] == []
    # Ni levée, ni en attente de nouveau : elle se lit parmi ce à quoi l'on renonce.
    await b.tache("attentes")
    levees = await agnes.get("/v1/lignes-en-attente", params={"levees": True})
    assert levees.json()["elements"] == []
    siennes = b.client("gestionnaire", organisme="MTQ")
    (lue,) = (await siennes.get(ECARTEMENTS)).json()["elements"]
    assert lue["motif"] == "Contrat d'essai."
    autre = b.client("gestionnaire", organisme="RAMQ")
    assert (await autre.get(ECARTEMENTS)).json()["elements"] == []

    # La grille vient, et vaut dès une date passée : rien n'en est dû; un autre contrat, oui.
    await b.recevoir(scene.fiche(2, grille=(GRILLE,)))
    await b.recevoir(scene.contrat(scene.jour(9)), survenu_le=a(scene.jour(9), 15))
    await scene.fermer_septembre(b)
    await scene.executer(b)
    (ligne,) = (await scene.facture(b))["lignes"]
    assert ligne["montant"] == "2200.00"
    assert ligne["source"] != visee["source"]


async def test_fac_7_ecartee_apres_l_approbation_elle_vaut_a_la_periode_ouverte(
    banc: MonterBanc,
) -> None:
    """Ce qu'un aperçu approuvé ignorait ne change pas ce qu'il émet."""
    b = await banc("facturation")
    agnes = facturiere(b)
    visee = await _en_attente(b, agnes)
    await b.recevoir(scene.fiche(2, grille=(GRILLE,)))
    await scene.fermer_septembre(b)
    apercu = {"periode": "2026-09", "organisme": "MTQ", "apercu": True}
    (vu, *_) = (await agnes.post("/v1/executions", json=apercu)).json()["organismes"]
    vus = [{"organisme": "MTQ", "empreinte": vu["empreinte"]}]
    corps = {"periode": "2026-09", "apercus": vus}
    assert (await agnes.post("/v1/approbations", json=corps)).is_success
    rendue = await agnes.post(ECARTEMENTS, json={**visee, "motif": "Contrat d'essai."})
    assert rendue.status_code == 201, rendue.text
    await scene.executer(b, organisme="MTQ")
    assert (await scene.facture(b))["total"] == "2200.00"
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *scene.SUJETS)
    await scene.executer(b, "2026-10", organisme="MTQ")
    assert (await scene.facture(b, "NC-2026-2027-000001"))["total"] == "-2200.00"


async def test_fac_13_seul_ce_qui_attend_s_ecarte_par_une_personne(banc: MonterBanc) -> None:
    b = await banc("facturation")
    agnes = facturiere(b)
    visee = {**await _en_attente(b, agnes), "motif": "Non."}
    machine = b.client("facturation", "integration", sujet="robot")
    assert (await refus(machine, ECARTEMENTS, **visee))[:2] == (403, "FAC-13")
    for champ, valeur in (("source", str(uuid4())), ("organisme", "RAMQ"), ("tarif", None)):
        assert (await refus(agnes, ECARTEMENTS, **{**visee, champ: valeur}))[0] == 404
    mensuelle = {**visee, "nature": "abonnement"}
    assert (await refus(agnes, ECARTEMENTS, **mensuelle))[:2] == (409, "FAC-1")
    gestionnaire = b.client("gestionnaire", organisme="MTQ")
    assert (await gestionnaire.post(ECARTEMENTS, json=visee)).status_code == 403
    assert (await agnes.post(ECARTEMENTS, json=visee)).status_code == 201
    assert (await refus(agnes, ECARTEMENTS, **visee))[0] == 404
