"""Les parcours à travers les cinq services, en processus réels, par leurs seules portes."""

import pytest

from demo.systeme import Systeme
from noyau import Mois, jour_de_quebec
from tests.e2e.gestes import client, demander, inscrire, itsm, ok

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("systeme")]


async def test_de_la_demande_au_verdict_et_a_la_facture(systeme: Systeme) -> None:
    """DEM-4, DEM-10, SLA-2, SLA-3, FAC-1, FAC-7 : une demande livrée se mesure et se facture."""
    await systeme.vider()
    await inscrire(systeme, "PARC")
    demande = await demander(systeme, "PARC", "poste_physique", "PORTABLE-14")
    identifiant, article = demande["id"], demande["articles"][0]["id"]
    quand = systeme.horloge()
    ok(await itsm(systeme, "livraison", quand, demande_id=identifiant, article_id=article), 202)
    ok(await itsm(systeme, "prise_en_charge", quand, demande_id=identifiant))
    await systeme.vider()

    mesure = client(systeme, "sla", "mesure")
    filtre = {"organisme": "PARC", "indicateur": "PT-1"}
    (vue,) = ok(await mesure.get("mesures", params=filtre))["elements"]
    explication = ok(await mesure.get(f"mesures/{vue['id']}/explication"))
    assert explication

    facturation = client(systeme, "facturation", "facturation")
    periode = str(Mois.de(jour_de_quebec(quand)))
    corps = {"periode": periode, "organisme": "PARC", "apercu": True}
    apercu = (await facturation.post("executions", corps)).json()
    assert "POSTE-" in str(apercu)


async def test_itsm_repete_et_altere(systeme: Systeme) -> None:
    """DEM-10 : un même message n'a qu'un effet; une signature altérée est refusée."""
    await inscrire(systeme, "ITSMX")
    await systeme.vider()
    demande = await demander(systeme, "ITSMX", "poste_physique", "PORTABLE-14")
    quand, cle = systeme.horloge(), "msg_repete"
    premier = await itsm(systeme, "prise_en_charge", quand, cle=cle, demande_id=demande["id"])
    second = await itsm(systeme, "prise_en_charge", quand, cle=cle, demande_id=demande["id"])
    assert (premier.status_code, premier.json()) == (second.status_code, second.json())
    csc = client(systeme, "demandes", "agent-csc")
    chronologie = ok(await csc.get(f"demandes/{demande['id']}/chronologie"))
    actes = [passage["geste"] for passage in chronologie["elements"]]
    assert actes.count("prise_en_charge") == 1
    refuse = await systeme.client.post(
        systeme.adresses["demandes"] + "/v1/itsm/evenements",
        content=b"{}",
        headers={"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,abc"},
    )
    assert refuse.status_code == 401


async def test_autrui_est_introuvable(systeme: Systeme) -> None:
    """L'objet d'un autre organisme répond 404, dans chaque service."""
    await inscrire(systeme, "MIEN")
    await systeme.vider()
    demande = await demander(systeme, "MIEN", "poste_physique", "PORTABLE-14")
    autre = client(systeme, "demandes", "demandeur", "AUTRE")
    assert (await autre.get(f"demandes/{demande['id']}")).status_code == 404
    assert (await autre.get("organismes/MIEN")).status_code == 404
    assert (
        await autre.post(f"demandes/{demande['id']}/annulation", {"motif": "x"})
    ).status_code == 404


@pytest.mark.reel
async def test_un_service_tue_reprend_sans_rien_perdre(systeme: Systeme) -> None:
    """Un kill -9 au milieu du travail : ce qui était commis part, rien n'est doublé."""
    await inscrire(systeme, "TUE")
    await systeme.vider()
    for _ in range(5):
        await demander(systeme, "TUE", "poste_physique", "PORTABLE-14")
    systeme.processus["demandes"].arreter()
    systeme.demarrer_service("demandes")
    await systeme.attendre_service("demandes")
    await systeme.vider()
    mesure = client(systeme, "sla", "mesure")
    filtre = {"organisme": "TUE", "indicateur": "PT-1"}
    vues = ok(await mesure.get("mesures", params=filtre))["elements"]
    assert len(vues) == 5
