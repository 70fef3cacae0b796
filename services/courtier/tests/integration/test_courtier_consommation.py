"""Commandes, factures et consommation par l'API, sur PostgreSQL (CI-19)."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, text

from pages import politique
from pages.ecriture import dollars
from services.courtier.tests.contrat_signe import Conclu, conclure
from services.courtier.tests.marche import Marche
from services.courtier.tests.redescente import refaire

pytestmark = pytest.mark.integration


@pytest.fixture
async def conclu(marche: Marche) -> Conclu:
    """Un contrat de 12 000 $ commencé depuis une semaine."""
    conclu = await conclure(marche)
    marche.banc.horloge.aller("2026-10-08T09:00-04:00")
    return conclu


async def test_ci_19_une_facture_rattachee_consomme_sa_commande(conclu: Conclu) -> None:
    commande = await conclu.poser("commandes", conclu.commande())
    assert commande.status_code == 201, commande.text
    facture = await conclu.poser("factures", conclu.facture(montant="950.00", bon="BC-1"))
    assert facture.json()["commande_id"] == commande.json()["id"]
    sans = await conclu.poser("factures", conclu.facture("F-2", "200.00"))
    assert sans.status_code == 201, sans.text
    lue = await conclu.consommation()
    assert (lue["commande"], lue["facture"], lue["consomme"], lue["reste"]) == (
        "1000.00", "1150.00", "1200.00", "10800.00"
    )  # fmt: skip
    [listee] = (await conclu.marche.gestionnaire.get(f"{conclu.chemin}/commandes")).json()[
        "elements"
    ]
    assert (listee["facture"], listee["ecart"]) == ("950.00", "-50.00")


async def test_ci_19_une_commande_au_prix_du_contrat(conclu: Conclu) -> None:
    ligne = {"offre_id": conclu.offre_id, "composante": "base", "quantite": 10, "mois": 3}
    posee = await conclu.poser("commandes", conclu.commande(lignes=[ligne]))
    assert posee.json()["montant"] == "375.00"


async def test_ci_19_seize_commandes_a_la_fois_ne_depassent_jamais(conclu: Conclu) -> None:
    corps = [conclu.commande(f"BC-{rang}", "1000.00") for rang in range(16)]
    rendus = await asyncio.gather(*(conclu.poser("commandes", c) for c in corps))
    refus = [r.json() for r in rendus if r.status_code != 201]
    assert len(refus) == 4
    assert {(r["status"], r["regle"]) for r in refus} == {(409, "CI-19")}
    lue = await conclu.consommation()
    assert (lue["consomme"], lue["reste"]) == ("12000.00", "0.00")
    risques = await conclu.marche.banc.sortants("consommation.à_risque")
    assert [e.donnees["seuil"] for e in risques] == ["0.75", "0.90"]
    assert await conclu.marche.banc.sortants("consommation.dépassée") == []


async def test_ci_19_une_facture_ne_se_refuse_pas_le_depassement_s_annonce(
    conclu: Conclu,
) -> None:
    for numero, montant in (("F-1", "12000.00"), ("F-2", "0.01"), ("F-3", "5.00")):
        posee = await conclu.poser("factures", conclu.facture(numero, montant))
        assert posee.status_code == 201, posee.text
    [depassee] = await conclu.marche.banc.sortants("consommation.dépassée")
    assert depassee.donnees["consomme"] == "12000.01"
    lue = await conclu.consommation()
    assert lue["depassement"] == "5.01"
    assert lue["prevision"] == {"methode": "epuise", "epuisement_le": None, "avant_la_fin": True}
    refus = await conclu.poser("commandes", conclu.commande(montant="0.01"))
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-19")


@pytest.mark.parametrize(
    ("change", "statut", "regle"),
    [
        ({"datee_le": "2026-10-09"}, 409, "CI-19"),
        ({"datee_le": "2026-09-30"}, 409, "CI-19"),
        ({"lignes": []}, 422, None),
        ({"bon": ""}, 422, None),
        ({"datee_le": "hier"}, 422, None),
        ({"montant": "10.00"}, 422, None),
    ],
)
async def test_ci_19_une_commande_qui_ne_tient_pas(
    conclu: Conclu, change: dict[str, Any], statut: int, regle: str | None
) -> None:
    refus = await conclu.poser("commandes", {**conclu.commande(), **change})
    assert (refus.status_code, refus.json().get("regle")) == (statut, regle), refus.text
    assert (await conclu.consommation())["consomme"] == "0.00"


@pytest.mark.parametrize(
    "ligne",
    [
        {"offre_id": "00000000-0000-7000-8000-000000000000", "montant": "1.00"},
        {"composante": "soutien", "montant": "1.00"},
        {"quantite": 1, "mois": 25},
        {"montant": "1.00", "mois": 25},
    ],
)
async def test_ci_19_hors_des_offres_ou_de_la_duree(conclu: Conclu, ligne: dict[str, Any]) -> None:
    entiere = {"offre_id": conclu.offre_id, "composante": "base", **ligne}
    refus = await conclu.poser("commandes", conclu.commande(lignes=[entiere]))
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-19"), refus.text


async def test_ci_19_un_bon_et_un_numero_ne_servent_qu_une_fois(conclu: Conclu) -> None:
    premiere = (await conclu.poser("commandes", conclu.commande())).json()
    double = await conclu.poser("commandes", conclu.commande(montant="1.00"))
    assert (double.status_code, double.json()["regle"]) == (409, "CI-19")
    facture = (await conclu.poser("factures", conclu.facture())).json()
    double = await conclu.poser("factures", conclu.facture(montant="1.00"))
    assert (double.status_code, double.json()["regle"]) == (409, "CI-19")
    motif = {"motif": "Inscrite deux fois."}
    for sorte, posee in (("commandes", premiere), ("factures", facture)):
        annulee = await conclu.poser(f"{sorte}/{posee['id']}/annulation", motif)
        assert annulee.json()["annulation"]["motif"] == motif["motif"]
        encore = await conclu.poser(f"{sorte}/{posee['id']}/annulation", motif)
        assert (encore.status_code, encore.json()["regle"]) == (409, "CI-19")
    assert (await conclu.consommation())["consomme"] == "0.00"
    assert (await conclu.poser("commandes", conclu.commande())).status_code == 201
    assert (await conclu.poser("factures", conclu.facture())).status_code == 201


@pytest.mark.parametrize(
    "numero", ["f-1", " F-1 ", "F-1\u00a0", "F\u20111", "\uff26\uff0d\uff11", "F\u22121"]
)
async def test_ci_19_ni_la_casse_ni_les_blancs_ne_font_une_autre_facture(
    conclu: Conclu, numero: str
) -> None:
    assert (await conclu.poser("factures", conclu.facture())).status_code == 201
    double = await conclu.poser("factures", conclu.facture(numero, "1.00"))
    assert (double.status_code, double.json()["regle"]) == (409, "CI-19"), double.text
    await conclu.poser("commandes", conclu.commande())
    async with conclu.marche.banc.interne() as connexion:
        d_avant = text("UPDATE factures_fournisseur SET numero = :n, cle = :n")
        await connexion.ecrire(d_avant, {"n": numero})
    await refaire(conclu.marche.banc, "chasse_et_tirets", lambda _: None)
    double = await conclu.poser("factures", conclu.facture(numero, "1.00"))
    assert double.status_code == 409, "repliée par la migration"
    bon = await conclu.poser("commandes", conclu.commande("bc-1"))
    assert (bon.status_code, bon.json()["regle"]) == (409, "CI-19")
    rattachee = await conclu.poser("factures", conclu.facture("F-2", "40.00", bon="bc-1"))
    assert (rattachee.json()["bon"], rattachee.json()["bon_inconnu"]) == ("bc-1", False)


async def test_ci_19_une_facture_au_bon_inconnu_s_inscrit_et_attend_sa_commande(
    conclu: Conclu,
) -> None:
    """Elle s'ajoute, et cela se voit; sa commande parue, elle ne compte plus que par elle."""
    posee = await conclu.poser("factures", conclu.facture(montant="300.00", bon="bc-1"))
    assert posee.status_code == 201, posee.text
    lue = posee.json()
    assert (lue["bon"], lue["bon_inconnu"], lue["commande_id"]) == ("bc-1", True, None)
    await conclu.poser("factures", conclu.facture("F-2", "50.00"))
    bilan = await conclu.consommation()
    assert (bilan["consomme"], bilan["sous_bon_inconnu"]) == ("350.00", "300.00")
    commande = (await conclu.poser("commandes", conclu.commande())).json()
    assert (commande["montant"], commande["facture"]) == ("1000.00", "300.00")
    bilan = await conclu.consommation()
    assert (bilan["consomme"], bilan["sous_bon_inconnu"]) == ("1050.00", "0.00")
    [premiere, _] = (await conclu.marche.gestionnaire.get(f"{conclu.chemin}/factures")).json()[
        "elements"
    ]
    assert (premiere["commande_id"], premiere["bon_inconnu"]) == (commande["id"], False)


async def test_ci_19_une_correction_de_bon_rejoint_les_factures_qui_l_attendaient(
    conclu: Conclu,
) -> None:
    """Le bon mal écrit d'une commande se corrige : la facture rejointe ne compte pas deux fois."""
    commande = (await conclu.poser("commandes", conclu.commande("BC-L"))).json()
    await conclu.poser("factures", conclu.facture("F-1", "100.00", bon="BC-L"))
    await conclu.poser("factures", conclu.facture("F-2", "200.00", bon="BC-1"))
    assert (await conclu.consommation())["consomme"] == "1200.00"
    corps = {**conclu.commande("BC-1"), "motif": "Une coquille."}
    corrigee = await conclu.poser(f"commandes/{commande['id']}/correction", corps)
    assert (corrigee.status_code, corrigee.json()["facture"]) == (201, "300.00"), corrigee.text
    bilan = await conclu.consommation()
    assert (bilan["consomme"], bilan["facture"], bilan["sous_bon_inconnu"]) == (
        "1000.00", "300.00", "0.00",
    )  # fmt: skip


async def test_ci_19_les_doubles_d_avant_demeurent_et_la_cle_tient_ensuite(conclu: Conclu) -> None:
    """La migration replie les numéros : la première garde la clé, un double d'avant n'en a pas."""
    await conclu.poser("commandes", conclu.commande())
    await conclu.poser("factures", conclu.facture(bon="BC-1"))

    def doubler(connexion: Connection) -> None:
        connexion.execute(
            text(
                "INSERT INTO factures_fournisseur SELECT organisme, gen_random_uuid(), contrat_id,"
                " 'f-1', datee_le, montant, commande_id, inscrite_par, inscrite_le, corrige,"
                " annulee_par, annulee_le, annulee_motif FROM factures_fournisseur"
            )
        )

    await refaire(conclu.marche.banc, "numeros_de_factures", doubler)
    lues = (await conclu.marche.gestionnaire.get(f"{conclu.chemin}/factures")).json()["elements"]
    assert {(f["numero"], f["bon"]) for f in lues} == {("F-1", "BC-1"), ("f-1", "BC-1")}
    encore = await conclu.poser("factures", conclu.facture(" F-1"))
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-19")


async def test_ci_19_une_correction_remplace_et_n_efface_rien(conclu: Conclu) -> None:
    premiere = (await conclu.poser("commandes", conclu.commande())).json()
    await conclu.poser("factures", conclu.facture(montant="300.00", bon="BC-1"))
    corps = {**conclu.commande(montant="500.00"), "motif": "Moitié moins."}
    corrigee = await conclu.poser(f"commandes/{premiere['id']}/correction", corps)
    assert corrigee.status_code == 201, corrigee.text
    assert (corrigee.json()["corrige"], corrigee.json()["facture"]) == (premiere["id"], "300.00")
    lue = await conclu.consommation()
    assert (lue["commande"], lue["facture"], lue["consomme"]) == ("500.00", "300.00", "500.00")
    factures = (await conclu.marche.gestionnaire.get(f"{conclu.chemin}/factures")).json()
    [facture] = factures["elements"]
    assert facture["commande_id"] == corrigee.json()["id"]
    corps = {**conclu.facture(montant="320.00", bon="BC-1"), "motif": "Les taxes."}
    refaite = await conclu.poser(f"factures/{facture['id']}/correction", corps)
    assert (refaite.status_code, refaite.json()["corrige"]) == (201, facture["id"])
    lue = await conclu.consommation()
    assert (lue["facture"], lue["consomme"]) == ("320.00", "500.00")


async def test_ci_19_un_lot_csv_s_inscrit_tout_entier_ou_pas(conclu: Conclu) -> None:
    entete = "Bon;Datée le;Offre id;Composante;Quantité;Mois;Montant"
    debut = f"BC-7;2026-10-05;{conclu.offre_id};base"
    deux = f"{debut};4;2;\n{debut};;;1 200,50 $"
    trop = f"BC-8;2026-10-05;{conclu.offre_id};base;;;11 000,00"
    chemin = f"{conclu.chemin}/commandes/lots"
    client, csv = conclu.marche.gestionnaire, {"Content-Type": "text/csv"}
    refus = await client.post(chemin, content=f"{entete}\n{deux}\n{trop}".encode(), headers=csv)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-19")
    rendu = await client.post(chemin, content=f"{entete}\n{deux}".encode(), headers=csv)
    assert rendu.status_code == 201, rendu.text
    [commande] = rendu.json()["commandes"]
    assert (commande["bon"], commande["montant"]) == ("BC-7", "1300.50")
    factures = "Numéro;Datée le;Montant;Bon\nF-1;2026-10-06;100,00;BC-7\nF-2;2026-10-06;12,5;"
    chemin = f"{conclu.chemin}/factures/lots"
    rendu = await client.post(chemin, content=factures.encode(), headers=csv)
    assert rendu.status_code == 201, rendu.text
    assert (await conclu.consommation())["consomme"] == "1313.00"


async def test_ci_19_la_courbe_et_sa_prevision(conclu: Conclu) -> None:
    assert (await conclu.consommation())["prevision"]["epuisement_le"] is None
    await conclu.poser("commandes", conclu.commande(montant="800.00"))
    lue = await conclu.consommation()
    # 800 $ le premier mois : le quinzième, le 31 décembre 2027.
    assert lue["prevision"] == {
        "methode": "rythme_moyen", "epuisement_le": "2027-12-31", "avant_la_fin": True
    }  # fmt: skip
    assert len(lue["mois"]) == 24
    assert (lue["mois"][0]["prevu"], lue["mois"][0]["commande"]) == ("500.00", "800.00")
    assert lue["mois"][-1]["prevu_cumule"] == lue["montant"]
    csv = await conclu.marche.gestionnaire.get(
        f"{conclu.chemin}/consommation", headers={"Accept": "text/csv"}
    )
    rangees = csv.content.decode("utf-8-sig").splitlines()
    assert len(rangees) == 25
    assert rangees[1].startswith("1;2026-10-01;2026-11-01;500,00;800,00;0,00")


async def test_ci_19_une_commande_d_un_an_se_repartit_sur_ses_mois(conclu: Conclu) -> None:
    """6 000 $ pour la moitié des 24 mois : le montant suffit, le dernier jour compris."""
    ligne = {"offre_id": conclu.offre_id, "composante": "base", "quantite": 40, "mois": 12}
    posee = await conclu.poser("commandes", conclu.commande(lignes=[ligne]))
    assert posee.json()["montant"] == "6000.00"
    assert (await conclu.consommation())["prevision"] == {
        "methode": "rythme_moyen", "epuisement_le": "2028-09-30", "avant_la_fin": False
    }  # fmt: skip
    await conclu.poser(f"commandes/{posee.json()['id']}/annulation", {"motif": "Doublon."})
    assert (await conclu.consommation())["prevision"]["methode"] == "aucune"


async def test_ci_19_seul_le_client_tient_sa_consommation(conclu: Conclu) -> None:
    intrus = conclu.marche.banc.client("gestionnaire", organisme="SQ")
    corps = {"commandes": conclu.commande(), "factures": conclu.facture()}
    for sorte, dit in corps.items():
        assert (await intrus.post(f"{conclu.chemin}/{sorte}", json=dit)).status_code == 404
        assert (await intrus.get(f"{conclu.chemin}/{sorte}")).status_code == 404
        machine = conclu.marche.banc.client("integration")
        refus = await machine.post(f"{conclu.chemin}/{sorte}", json=dit)
        assert (refus.status_code, refus.json()["regle"]) == (403, "CI-19")
    assert (await intrus.get(f"{conclu.chemin}/consommation")).status_code == 404
    assert (await conclu.consommation())["consomme"] == "0.00"


async def test_ci_19_un_avenant_donne_de_quoi_commander_encore(conclu: Conclu) -> None:
    """Une commande de tout le montant, puis un avenant qui le porte plus haut : on recommande."""
    assert (await conclu.poser("commandes", conclu.commande(montant="12000"))).status_code == 201
    await conclu.conclure()
    posee = await conclu.poser("commandes", conclu.commande("BC-2", "4500.00"))
    assert posee.status_code == 201, posee.text
    risques = await conclu.marche.banc.sortants("consommation.à_risque")
    assert [e.donnees["seuil"] for e in risques] == ["0.75", "0.90", "0.75", "0.90"]


async def test_ci_19_deux_contrats_d_un_meme_besoin_se_signalent(conclu: Conclu) -> None:
    chemin = f"{conclu.chemin}/recoupements"
    seul = await conclu.marche.gestionnaire.get(chemin)
    assert (seul.status_code, seul.json()["elements"]) == (200, [])
    intrus = conclu.marche.banc.client("gestionnaire", organisme="SQ")
    assert (await intrus.get(chemin)).status_code == 404


async def test_ci_19_la_page_dit_les_chiffres_de_l_api(conclu: Conclu) -> None:
    await conclu.poser("commandes", conclu.commande(montant="1234.50"))
    await conclu.poser("factures", conclu.facture(montant="617.25", bon="BC-1"))
    client = conclu.marche.gestionnaire
    page = await client.get(f"{conclu.chemin}/consommation", headers={"Accept": "text/html"})
    assert page.headers["Content-Security-Policy"] == politique()
    lue = await conclu.consommation()
    for champ in ("montant", "commande", "facture", "consomme", "reste"):
        assert dollars(Decimal(lue[champ])) in page.text, champ
    for mois in lue["mois"]:
        assert dollars(Decimal(mois["prevu_cumule"])) in page.text
    intrus = conclu.marche.banc.client("gestionnaire", organisme="SQ")
    cachee = await intrus.get(f"{conclu.chemin}/consommation", headers={"Accept": "text/html"})
    assert cachee.status_code == 404
