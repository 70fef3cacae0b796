"""Un aperçu approuvé fixe l'horizon de son émission, sur PostgreSQL réel (FAC-7)."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contrats import catalogue
from noyau import Tranche
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.decisions import crediter
from services.facturation.tests.scene import (
    EMISSION,
    SUJETS,
    apercu,
    approuver,
    contrat,
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    organisme,
    planter,
    recuperation,
)

pytestmark = pytest.mark.integration


async def scene(banc: MonterBanc) -> tuple[Banc, UUID]:
    """Un poste livré le 1er septembre; septembre est reçu en entier."""
    b, actif = await banc("facturation"), uuid4()
    await planter(b, "MTQ")
    await b.recevoir(livraison(actif), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    return b, actif


async def test_fac_7_l_emission_suit_l_horizon_de_l_apercu_approuve(banc: MonterBanc) -> None:
    """Ce qu'on apprend entre-temps va à la période ouverte, avec son origine; et cela se dit."""
    b, actif = await scene(banc)
    vu = await apercu(b)
    (sort,) = await approuver(b, vu)
    assert sort["etat"] == "approuve"
    # Appris ensuite : une fin en septembre, un autre poste, un nom, un profil de taxes, un prix.
    await b.recevoir(recuperation(actif, jour(12)), survenu_le=a(jour(12)))
    tardif = uuid4()
    await b.recevoir(livraison(tardif), survenu_le=a(jour(21)))
    nom = organisme(taxable=True).model_copy(update={"nom": "Un autre nom"})
    await b.recevoir(nom)
    await b.recevoir(fiche(2, jour(16), POSTE_01="150"))
    assert (await apercu(b))["empreinte"] == vu["empreinte"], "l'aperçu dit ce qui s'émettra"
    lue = await b.client("gestionnaire", organisme="MTQ").get(
        f"/v1/approbations/{sort['approbation']['id']}"
    )
    assert lue.json()["sources_apprises_depuis"] == 2
    assert set(lue.json()["apprises_depuis"]) == {str(actif), str(tardif)}

    assert (await executer(b))["sorts"][0]["etat"] == "emise"
    emise = await facture(b)
    assert [ligne["montant"] for ligne in emise["lignes"]] == ["147.00"]
    assert {k: v for k, v in emise.items() if k in vu["facture"]} == vu["facture"]

    b.horloge.aller("2026-11-01T10:00-04:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    octobre = await executer(b, "2026-10")
    # Le poste rendu le 12 : 147 × 11 ÷ 30 = 53,90, soit −93,10. Le tardif, du 21 au 30 septembre,
    # à 150 : 50,00; puis octobre, 150. Le prix du 16 ne touche que lui, et les taxes apprises
    # depuis aussi : 200 × 14,975 % = 29,95; la correction garde celles de ce qu'elle corrige.
    assert octobre["sorts"][0]["total"] == "136.85"
    apres = await b.client("facturation").get(f"/v1/approbations/{sort['approbation']['id']}")
    assert apres.json()["sources_apprises_depuis"] == 2, "ce qui était appris à l'émission se garde"
    lignes = (await facture(b, octobre["sorts"][0]["numero"]))["lignes"]
    assert {(x["source"], x["periode"], x["montant"]) for x in lignes} == {
        (str(actif), "2026-09", "-93.10"),
        (str(tardif), "2026-09", "50.00"),
        (str(tardif), "2026-10", "150.00"),
    }


async def test_fac_7_ce_qui_attend_son_montant_n_est_pas_appris_depuis(banc: MonterBanc) -> None:
    """L'émission le garde à suivre; l'approbation ne le dit pas appris pour autant."""
    b, _ = await scene(banc)
    await b.recevoir(contrat(jour(5)), survenu_le=a(jour(5)))
    (sort,) = await approuver(b, await apercu(b))
    assert (await executer(b))["sorts"][0]["etat"] == "emise"
    lue = await b.client("facturation").get(f"/v1/approbations/{sort['approbation']['id']}")
    assert lue.json()["apprises_depuis"] == []
    # La grille publiée, ce qui attendait se facture.
    await b.recevoir(fiche(2, grille=(Tranche(Decimal(0), Decimal(500), Decimal("0.01")),)))
    b.horloge.aller("2026-11-01T10:00-04:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    octobre = await executer(b, "2026-10")
    lignes = (await facture(b, octobre["sorts"][0]["numero"]))["lignes"]
    assert {(x["tarif"], x["periode"]) for x in lignes} == {
        ("POSTE-01", "2026-10"),
        ("COURTIER-FRAIS", "2026-09"),
    }


async def test_fac_7_une_fiche_apprise_apres_l_approbation_touche_les_jours_calcules(
    banc: MonterBanc,
) -> None:
    """Datée d'avant l'arrêté que pose l'émission, elle se reprend le mois suivant (FAC-14)."""
    b, _ = await scene(banc)
    await approuver(b, await apercu(b))
    await b.recevoir(fiche(2, jour(16), POSTE_01="150"))
    assert (await executer(b))["sorts"][0]["total"] == "147.00"
    b.horloge.aller("2026-11-01T10:00-04:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    # Du 1er au 15 : 73,50; du 16 au 30 : 75,00; soit 1,50 de plus, et octobre à 150.
    assert (await executer(b, "2026-10"))["sorts"][0]["total"] == "151.50"


async def test_fac_7_on_n_approuve_que_ce_que_l_on_a_vu(banc: MonterBanc) -> None:
    b, actif = await scene(banc)
    vu = await apercu(b)
    await b.recevoir(recuperation(actif, jour(12)), survenu_le=a(jour(12)))
    (refuse,) = await approuver(b, vu)
    assert (refuse["etat"], refuse["approbation"]) == ("refuse", None)
    assert "a changé" in refuse["raison"]
    (approuve,) = await approuver(b, await apercu(b))
    assert approuve["etat"] == "approuve"
    (encore,) = await approuver(b, await apercu(b))
    assert "déjà approuvé" in encore["raison"]


async def test_fac_7_un_lot_approuve_chacun_pour_soi(banc: MonterBanc) -> None:
    b, _ = await scene(banc)
    await b.recevoir(organisme("RAMQ"), organisme("SAAQ"))
    await b.recevoir(livraison(uuid4(), code="RAMQ"), survenu_le=a(jour(1)))
    mtq, ramq, saaq = [await apercu(b, code) for code in ("MTQ", "RAMQ", "SAAQ")]
    vide = {**saaq, "empreinte": ramq["empreinte"]}
    faux = {**mtq, "empreinte": ramq["empreinte"]}
    sorts = await approuver(b, faux, ramq, vide)
    assert [(s["organisme"], s["etat"]) for s in sorts] == [
        ("MTQ", "refuse"),
        ("RAMQ", "approuve"),
        ("SAAQ", "refuse"),
    ]
    client = b.client("facturation")
    deux = {"periode": "2026-09", "apercus": [{"organisme": "MTQ", "empreinte": "0" * 64}] * 2}
    assert (await client.post("/v1/approbations", json=deux)).status_code == 409
    lues = (await client.get("/v1/approbations?periode=2026-09")).json()["elements"]
    assert [x["organisme"] for x in lues] == ["RAMQ"]
    autre = b.client("gestionnaire", organisme="MTQ")
    assert (await autre.get("/v1/approbations")).json()["elements"] == []
    assert (await autre.get(f"/v1/approbations/{lues[0]['id']}")).status_code == 404


async def test_fac_7_une_periode_qui_court_ne_s_approuve_pas(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(1)))
    vu = await apercu(b)
    corps = {
        "periode": "2026-09",
        "apercus": [{"organisme": "MTQ", "empreinte": vu["empreinte"]}],
    }
    refus = await b.client("facturation").post("/v1/approbations", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-7")


async def test_fac_7_une_approbation_se_retire_avant_l_emission(banc: MonterBanc) -> None:
    b, actif = await scene(banc)
    (sort,) = await approuver(b, await apercu(b))
    await b.recevoir(recuperation(actif, jour(12)), survenu_le=a(jour(12)))
    client = b.client("facturation")
    adresse = f"/v1/approbations/{sort['approbation']['id']}/retrait"
    retiree = await client.post(adresse, json={"motif": "Un poste fut rendu."})
    assert retiree.json()["motif_du_retrait"] == "Un poste fut rendu."
    assert (await client.post(adresse, json={"motif": "Encore."})).status_code == 409
    (autre,) = await approuver(b, await apercu(b))
    assert (await executer(b))["sorts"][0]["total"] == "53.90"
    tard = f"/v1/approbations/{autre['approbation']['id']}/retrait"
    assert (await client.post(tard, json={"motif": "Trop tard."})).status_code == 409
    lue = await client.get(f"/v1/approbations/{autre['approbation']['id']}")
    assert lue.json()["document"] == "2026-2027-000001"


async def test_fac_7_un_calcul_qui_ne_redonne_pas_l_apercu_met_de_cote(banc: MonterBanc) -> None:
    """Les copies refaites n'ont plus l'âge qu'elles avaient : rien ne s'émet sur parole."""
    b, _ = await scene(banc)
    (sort,) = await approuver(b, await apercu(b))
    async with b.interne() as connexion:
        await connexion.pilote.execute("UPDATE faits SET appris = pg_current_xact_id()")
    (mise,) = (await executer(b))["sorts"]
    assert mise["etat"] == "en_attente"
    assert "ne redonne pas l'aperçu approuvé" in mise["raison"]
    await b.client("facturation").post(
        f"/v1/approbations/{sort['approbation']['id']}/retrait", json={"motif": "Copies refaites."}
    )
    assert (await executer(b))["sorts"][0]["total"] == "147.00"


async def test_fac_7_un_gestionnaire_voit_l_apercu_du_sien_et_n_emet_pas(
    banc: MonterBanc,
) -> None:
    b, _ = await scene(banc)
    await b.recevoir(organisme("RAMQ"))
    client = b.client("gestionnaire", organisme="MTQ")
    vu = await client.post("/v1/executions", json={"periode": "2026-09", "apercu": True})
    assert [x["organisme"] for x in vu.json()["organismes"]] == ["MTQ"]
    assert vu.json()["organismes"][0] == await apercu(b)
    autre = {"periode": "2026-09", "organisme": "RAMQ", "apercu": True}
    assert (await client.post("/v1/executions", json=autre)).status_code == 404
    assert (await client.post("/v1/executions", json={"periode": "2026-09"})).status_code == 403
    corps = {"periode": "2026-09", "apercus": [{"organisme": "MTQ", "empreinte": "0" * 64}]}
    assert (await client.post("/v1/approbations", json=corps)).status_code == 403


async def test_fac_7_la_revue_en_retard_suit_ce_que_l_on_sait_aujourd_hui(
    banc: MonterBanc,
) -> None:
    """Une fiche en fait courir d'autres abonnements : l'émission à l'horizon ne les perd pas."""
    b, _ = await scene(banc)
    await b.tache("attentes")
    await approuver(b, await apercu(b))
    version = fiche(2, date(2026, 10, 10))
    sans = [t for t in version.tarifs if t.code != "POSTE-01"]
    await b.recevoir(
        catalogue.FichePubliee(**{**version.model_dump(), "tarifs": [t.model_dump() for t in sans]})
    )
    assert (await executer(b))["sorts"][0]["total"] == "147.00"
    b.horloge.aller("2026-11-01T10:00-04:00")
    await b.recevoir_jalons(EMISSION.replace(month=11), *SUJETS)
    # Le tarif finit le 10 octobre : 147 × 9 ÷ 31 = 42,68.
    assert (await executer(b, "2026-10"))["sorts"][0]["total"] == "42.68"


async def test_fac_7_fac_13_une_note_d_entre_temps_ne_change_pas_ce_qui_est_approuve(
    banc: MonterBanc,
) -> None:
    """Septembre crédité entre l'approbation d'octobre et son émission : novembre n'en rend rien."""
    b, _ = await scene(banc)
    await executer(b)
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    vu = await apercu(b, periode="2026-10")
    (sort,) = await approuver(b, vu, periode="2026-10")
    assert sort["etat"] == "approuve"
    b.horloge.aller("2026-10-31T09:00-04:00")
    assert await crediter(b, "2026-2027-000001", L1="47.00") == "NC-2026-2027-000001"
    b.horloge.aller("2026-11-02T09:00-05:00")
    adresse = f"/v1/approbations/{sort['approbation']['id']}"
    client = b.client("facturation")
    assert (await client.get(adresse)).json()["document"] is None, "la note n'est pas le document"
    assert (await executer(b, "2026-10"))["sorts"][0]["total"] == "147.00"
    assert (await client.get(adresse)).json()["document"] == "2026-2027-000002"
    b.horloge.aller("2026-12-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    novembre = (await executer(b, "2026-11"))["sorts"][0]
    lignes = (await facture(b, novembre["numero"]))["lignes"]
    assert [(x["periode"], x["montant"]) for x in lignes] == [("2026-11", "147.00")]
