"""Le cycle de vie DEM-4 par l'API, sur PostgreSQL."""

from typing import Any

import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration


async def test_dem_4_du_brouillon_a_la_livraison(parcours: Parcours) -> None:
    brouillon = await parcours.creer(soumettre=False, articles=[{"produit": "PORTABLE-14"}])
    assert brouillon["etat"] == "brouillon"
    assert brouillon["numero"].startswith("D-2026-")
    assert await parcours.types() == []

    creee = await parcours.agir(parcours.demandeur, brouillon, "soumission")
    assert (creee["etat"], creee["faits"]["approbation_requise"]) == ("creee", True)
    approuvee = await parcours.agir(parcours.signataire, creee, "approbation")
    assert approuvee["etat"] == "approuvee"
    await parcours.agir(parcours.csc, creee, "prise-en-charge")
    article = creee["articles"][0]
    parcours.banc.horloge.aller("2026-09-08T15:00Z")
    livree = await parcours.agir(
        parcours.csc,
        creee,
        "livraison",
        article_id=article["id"],
        survenu_le="2026-09-07T15:00:00Z",
    )
    assert livree["etat"] == "completee"
    assert livree["completee_le"] == "2026-09-07T15:00:00Z"
    assert await parcours.types(creee) == [
        "demande.créée",
        "demande.approuvée",
        "demande.prise_en_charge",
        "poste.livré",
        "demande.complétée",
    ]
    livraison = (await parcours.banc.sortants("poste.livré"))[0]
    assert livraison.survenu_le.isoformat() == "2026-09-07T15:00:00+00:00"
    assert livraison.enregistre_le.isoformat() == "2026-09-08T15:00:00+00:00"
    assert livraison.donnees["actif_id"] == livree["articles"][0]["actif_id"]


async def test_dem_4_la_chronologie_dit_qui_quand_et_pourquoi(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge()
    await parcours.agir(parcours.csc, demande, "suspension", motif="Site à confirmer.")
    await parcours.agir(parcours.csc, demande, "reprise", motif="Site confirmé.")
    reponse = await parcours.demandeur.get(f"/v1/demandes/{demande['id']}/chronologie")
    passages = reponse.json()["elements"]
    assert [(p["geste"], p["avant"], p["apres"]) for p in passages] == [
        ("creation", None, "brouillon"),
        ("soumission", "brouillon", "creee"),
        ("approbation", "creee", "approuvee"),
        ("prise_en_charge", "approuvee", "prise_en_charge"),
        ("suspension", "prise_en_charge", "suspendue"),
        ("reprise", "suspendue", "prise_en_charge"),
    ]
    assert passages[0]["acteur"] == "demandeur-MTQ"
    assert passages[2]["signataire_id"] is not None
    assert (passages[4]["motif"], passages[4]["acteur"]) == ("Site à confirmer.", "agent")
    page = await parcours.demandeur.get(
        f"/v1/demandes/{demande['id']}/chronologie", params={"limite": 4}
    )
    suite = await parcours.demandeur.get(
        f"/v1/demandes/{demande['id']}/chronologie",
        params={"limite": 4, "curseur": page.json()["suivant"]},
    )
    assert page.json()["elements"] + suite.json()["elements"] == passages
    assert suite.json()["suivant"] is None


async def test_dem_4_une_transition_impossible_est_un_409_qui_dit_les_etats(
    parcours: Parcours,
) -> None:
    demande = await parcours.creer()
    avant = await parcours.types()
    refus = await parcours.agir(parcours.csc, demande, "prise-en-charge", 409)
    assert refus["regle"] == "DEM-4"
    assert refus["details"]["etat"] == "creee"
    assert refus["details"]["actes_permis"] == ["approbation", "refus", "annulation"]
    assert refus["details"]["acte_contredit"]["acte"] == "soumission", "DEM-12"
    assert await parcours.types() == avant


@pytest.mark.parametrize(
    ("geste", "corps"),
    [
        ("suspension", {}),
        ("suspension", {"motif": ""}),
        ("suspension", {"motif": "x", "inconnu": 1}),
        ("prise-en-charge", {"survenu_le": "hier"}),
        ("prise-en-charge", {"survenu_le": "2026-09-01T10:00:00"}),
        ("livraison", {"article_id": "pas-un-uuid"}),
        ("reprise", {"motif": "nul\u0000"}),
    ],
)
async def test_un_corps_mal_forme_est_un_422_en_francais(
    parcours: Parcours, geste: str, corps: dict[str, Any]
) -> None:
    demande = await parcours.creer()
    refus = await parcours.agir(parcours.csc, demande, geste, 422, **corps)
    assert refus["fautes"]


async def test_dem_4_un_fait_futur_est_refuse(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge()
    refus = await parcours.agir(
        parcours.csc, demande, "suspension", 409, motif="x", survenu_le="2026-09-02T00:00:00Z"
    )
    assert refus["regle"] == "DEM-12"


async def test_dem_4_la_reouverture_dit_les_articles_a_livrer_de_nouveau(
    parcours: Parcours,
) -> None:
    demande = await parcours.prise_en_charge(
        articles=[{"produit": "PORTABLE-14"}, {"produit": "NAVIGATEUR"}]
    )
    poste, logiciel = (article["id"] for article in demande["articles"])
    await parcours.agir(parcours.csc, demande, "livraison", article_id=poste)
    await parcours.agir(parcours.csc, demande, "livraison", article_id=logiciel)
    parcours.banc.horloge.aller("2026-09-02T13:00Z")
    await parcours.agir(
        parcours.demandeur, demande, "reouverture", 422, motif="Panne.", articles=[]
    )
    rouverte = await parcours.agir(
        parcours.demandeur, demande, "reouverture", motif="Panne.", articles=[logiciel]
    )
    parcours.banc.horloge.aller("2026-09-03T13:00Z")
    assert rouverte["etat"] == "prise_en_charge"
    evenement = (await parcours.banc.sortants("demande.rouverte"))[0]
    assert evenement.donnees["livraisons_attendues"] == [
        {"article_id": logiciel, "evenement": "logiciel.installé"}
    ]
    refaite = await parcours.agir(parcours.csc, demande, "livraison", article_id=logiciel)
    assert refaite["etat"] == "completee"
    premiere, seconde = await parcours.banc.sortants("logiciel.installé")
    assert premiere.donnees["actif_id"] == seconde.donnees["actif_id"]
    actifs = (await parcours.csc.get("/v1/actifs", params={"demande_id": demande["id"]})).json()
    assert len(actifs["elements"]) == 2


async def test_dem_1_un_amenagement_se_complete_avec_son_temps(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    travaux = [{"tarif": "AMENAGEMENT-BUR", "minutes": 90}]
    complete = await parcours.agir(parcours.csc, demande, "completion", travaux=travaux)
    assert complete["etat"] == "completee"
    assert complete["articles"][0]["travaux"] == [{**travaux[0], "reference": None}]
    (travail,) = await parcours.banc.sortants("travail.effectué")
    assert (travail.donnees["tarif"], travail.donnees["minutes"]) == ("AMENAGEMENT-BUR", 90)
    assert len(await parcours.banc.sortants("aménagement.complété")) == 1


async def test_dem_2_les_faits_de_mesure_sont_calcules_des_produits(parcours: Parcours) -> None:
    demande = await parcours.creer(
        articles=[{"produit": "PORTABLE-14", "quantite": 2}, {"produit": "DESSIN"}]
    )
    assert demande["faits"] == {
        "approbation_requise": True,
        "acquisition_multiple": True,
        "configuration_normalisee": True,
        "logiciel_payant": True,
        "gamme": "ordinaire",
    }
    evenement = (await parcours.banc.sortants("demande.créée"))[0].donnees
    assert len(evenement["livraisons_attendues"]) == 3
    saisi = await parcours.demandeur.post(
        "/v1/demandes", json={"sorte": "soutien_etendu", "faits": {"logiciel_payant": False}}
    )
    assert saisi.status_code == 422


@pytest.mark.parametrize(
    ("articles", "regle"),
    [
        ([{"produit": "INCONNU"}], "CAT-1"),
        ([{"produit": "CABINET"}], "CAT-3"),
        ([{"produit": "NAVIGATEUR"}], "DEM-1"),
        ([], "DEM-1"),
    ],
)
async def test_cat_1_un_produit_qui_n_est_pas_offert_est_refuse(
    parcours: Parcours, articles: list[dict[str, Any]], regle: str
) -> None:
    corps = {"sorte": "poste_physique", "articles": articles, "soumettre": True}
    reponse = await parcours.demandeur.post("/v1/demandes", json=corps)
    assert (reponse.status_code, reponse.json()["regle"]) == (409, regle)


async def test_la_demande_d_autrui_est_introuvable(parcours: Parcours) -> None:
    demande = await parcours.creer()
    autre = parcours.banc.client("demandeur", "signataire", organisme="SQ", sujet="signataire-SQ")
    for chemin in ("", "/chronologie"):
        assert (await autre.get(f"/v1/demandes/{demande['id']}{chemin}")).status_code == 404
    await parcours.agir(autre, demande, "annulation", 404)
    await parcours.agir(autre, demande, "approbation", 404)
    assert (await autre.get("/v1/demandes")).json()["elements"] == []
    corps = {"organisme": "MTQ", "sorte": "soutien_etendu"}
    assert (await autre.post("/v1/demandes", json=corps)).status_code == 404
    assert (await autre.get("/v1/demandes", params={"organisme": "MTQ"})).status_code == 404


async def test_la_liste_est_filtree_et_paginee_les_plus_recentes_d_abord(
    parcours: Parcours,
) -> None:
    creees = [await parcours.creer() for _ in range(3)]
    await parcours.agir(parcours.demandeur, creees[1], "annulation")
    premiere = await parcours.csc.get("/v1/demandes", params={"limite": 2, "organisme": "MTQ"})
    assert [d["id"] for d in premiere.json()["elements"]] == [creees[2]["id"], creees[1]["id"]]
    assert 'rel="next"' in premiere.headers["link"]
    suite = await parcours.csc.get(
        "/v1/demandes", params={"limite": 2, "curseur": premiere.json()["suivant"]}
    )
    assert [d["id"] for d in suite.json()["elements"]] == [creees[0]["id"]]
    annulees = await parcours.csc.get("/v1/demandes", params={"etat": "annulee"})
    assert [d["id"] for d in annulees.json()["elements"]] == [creees[1]["id"]]
