"""Rectifier des actes inscrits (DEM-13), et ce que DEM-14 en exige, par l'API."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.demandes.tests.parcours import Parcours, chronologie

pytestmark = pytest.mark.integration


async def livree(parcours: Parcours) -> dict[str, Any]:
    """Un poste pris en charge le 2, suspendu le 3, repris le 10, livré le 11; nous sommes le 20."""
    demande = await parcours.prise_en_charge()
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    article = demande["articles"][0]["id"]
    for geste, jour, corps in (
        ("suspension", "03", {"motif": "Attente."}),
        ("reprise", "10", {"motif": "Suite."}),
        ("livraison", "11", {"article_id": article}),
    ):
        quand = {"survenu_le": f"2026-09-{jour}T13:00:00Z"}
        demande = await parcours.agir(parcours.csc, demande, geste, **corps, **quand)
    return demande


async def rectifier(
    parcours: Parcours, demande: dict[str, Any], statut: int = 200, **justes: str | None
) -> dict[str, Any]:
    """Rectifie ces gestes, à l'heure dite."""
    lignes = await chronologie(parcours, demande)
    actes = [
        {"acte_id": lignes[geste]["acte_id"], "survenu_le": juste}
        for geste, juste in justes.items()
    ]
    corps = {"actes": actes, "motif": "Erreur de saisie."}
    return await parcours.agir(parcours.csc, demande, "rectification", statut, **corps)


async def test_dem_13_une_heure_juste_suit_partout_et_se_publie(parcours: Parcours) -> None:
    demande = await livree(parcours)
    rectifiee = await rectifier(parcours, demande, livraison="2026-09-12T13:00:00Z")
    assert rectifiee["completee_le"] == "2026-09-12T13:00:00Z"
    actif = await parcours.csc.get(f"/v1/actifs/{rectifiee['articles'][0]['actif_id']}")
    assert actif.json()["livre_le"] == "2026-09-12T13:00:00Z"
    ligne = (await chronologie(parcours, demande))["livraison"]
    assert (ligne["survenu_le"], ligne["nul"]) == ("2026-09-12T13:00:00Z", False)
    assert ligne["annonce_le"] == "2026-09-11T13:00:00Z"
    assert [r["motif"] for r in ligne["rectifications"]] == ["Erreur de saisie."]
    publies = await parcours.banc.sortants("acte.rectifié")
    (livraison,) = await parcours.banc.sortants("poste.livré")
    (completion,) = await parcours.banc.sortants("demande.complétée")
    assert [
        (p.donnees["acte"], p.donnees["acte_id"], p.donnees["survenu_le"], p.donnees["cause"])
        for p in publies
    ] == [
        ("poste.livré", str(livraison.id), "2026-09-12T13:00:00Z", "rectification"),
        ("demande.complétée", str(completion.id), "2026-09-12T13:00:00Z", "derive"),
    ]
    assert all(p.cle == demande["id"] for p in publies)
    await rectifier(parcours, demande, livraison="2026-09-12T13:00:00Z")
    assert len(await parcours.banc.sortants("acte.rectifié")) == 2, "rien n'a changé"


async def test_dem_13_une_livraison_nulle_n_a_pas_eu_lieu(parcours: Parcours) -> None:
    demande = await livree(parcours)
    actif = f"/v1/actifs/{demande['articles'][0]['actif_id']}"
    rouverte = await rectifier(parcours, demande, livraison=None)
    assert (rouverte["etat"], rouverte["articles"][0]["livre_le"]) == ("prise_en_charge", None)
    assert (await parcours.csc.get(actif)).json()["etat"] == "non_livre"
    causes = [p.donnees["cause"] for p in await parcours.banc.sortants("acte.rectifié")]
    assert causes == ["rectification", "derive"], "demande.complétée ne tient plus"
    article = demande["articles"][0]["id"]
    redite = {"article_id": article, "survenu_le": "2026-09-11T13:00:00Z"}
    refus = await parcours.agir(parcours.csc, demande, "livraison", 409, **redite)
    assert refus["regle"] == "DEM-13", "annoncée de nouveau, elle reste nulle, et on le dit"
    for juste in ("2026-09-11T13:00:00Z", None, "2026-09-12T13:00:00Z", None):
        retablie = await rectifier(parcours, demande, livraison=juste)
        assert (retablie["etat"], retablie["completee_le"]) == (
            ("prise_en_charge", None) if juste is None else ("completee", juste)
        )
        lu = (await parcours.csc.get(actif)).json()["etat"]
        assert lu == ("non_livre" if juste is None else "en_service")
        ligne = (await chronologie(parcours, demande))["livraison"]
        assert ligne["nul"] == (juste is None), "la dernière rectification vaut"
    refaite = await parcours.agir(parcours.csc, demande, "livraison", article_id=article)
    assert refaite["etat"] == "completee"
    assert refaite["articles"][0]["actif_id"] == demande["articles"][0]["actif_id"]
    assert (await parcours.csc.get(actif)).json()["etat"] == "en_service"


async def test_dem_13_tous_les_actes_ou_aucun(parcours: Parcours) -> None:
    demande = await livree(parcours)
    avant = len(await parcours.banc.sortants())
    refus = await rectifier(parcours, demande, 409, suspension=None)
    assert refus["details"]["acte_contredit"]["acte"] == "reprise", "elle ne suit plus rien"
    for justes in (
        {"suspension": "2026-09-12T13:00:00Z"},
        {"livraison": "2026-08-30T13:00:00Z"},
        {"livraison": "2026-09-21T13:00:00Z"},
        {"approbation": "2026-09-02T13:00:00Z"},
        {"approbation": None},
    ):
        await rectifier(parcours, demande, 409, **justes)
    inconnu = [{"acte_id": str(uuid4()), "survenu_le": None}]
    await parcours.agir(parcours.csc, demande, "rectification", 404, actes=inconnu, motif="x")
    await parcours.agir(parcours.csc, demande, "rectification", 422, actes=[], motif="x")
    assert len(await parcours.banc.sortants()) == avant
    assert await rectifier(parcours, demande, suspension=None, reprise=None)
    refus_tiers = await parcours.demandeur.post(
        f"/v1/demandes/{demande['id']}/rectification", json={"actes": inconnu, "motif": "x"}
    )
    assert refus_tiers.status_code == 403, "le CSC seul rectifie"


async def test_dem_13_la_fin_d_un_actif_borne_sa_livraison(parcours: Parcours) -> None:
    demande = await livree(parcours)
    actif = demande["articles"][0]["actif_id"]
    recuperation = {"fait_le": "2026-09-15"}
    fini = await parcours.csc.post(f"/v1/actifs/{actif}/recuperation", json=recuperation)
    assert fini.json()["fin_le"] == "2026-09-15"
    for juste in ("2026-09-17T13:00:00Z", None):
        refus = await rectifier(parcours, demande, 409, livraison=juste)
        assert refus["details"]["acte_contredit"]["acte"] == "recuperation"
    (mouvement,) = [
        m
        for m in (await parcours.csc.get(f"/v1/actifs/{actif}/chronologie")).json()["elements"]
        if m["mouvement"] == "recuperation"
    ]
    corps = {"actes": [{"acte_id": mouvement["acte_id"], "survenu_le": None}], "motif": "Erreur."}
    rendu = await parcours.csc.post(f"/v1/actifs/{actif}/rectification", json=corps)
    assert (rendu.json()["etat"], rendu.json()["fin_le"]) == ("en_service", None)
    lignes = (await parcours.csc.get(f"/v1/actifs/{actif}/chronologie")).json()["elements"]
    assert [(m["mouvement"], m["nul"]) for m in lignes] == [
        ("livraison", False),
        ("recuperation", True),
    ]
    assert lignes[1]["rectifications"][0]["motif"] == "Erreur."
    redatee = {"acte_id": mouvement["acte_id"], "survenu_le": "2026-09-10T13:00:00Z"}
    trop_tot = {"actes": [redatee], "motif": "Erreur."}
    refus = (await parcours.csc.post(f"/v1/actifs/{actif}/rectification", json=trop_tot)).json()
    assert refus["details"]["acte_contredit"]["acte"] == "livraison", "elle la précéderait"
    encore = await parcours.csc.post(f"/v1/actifs/{actif}/recuperation", json=recuperation)
    assert (encore.status_code, encore.json()["regle"]) == (409, "DEM-13"), "elle est nulle"
    (publie,) = await parcours.banc.sortants("acte.rectifié")
    (recupere,) = await parcours.banc.sortants("actif.récupéré")
    assert (publie.cle, publie.donnees["acte_id"]) == (actif, str(recupere.id))
    await rectifier(parcours, demande, livraison="2026-09-17T13:00:00Z")


async def test_dem_14_une_perte_vaut_du_jour_ou_l_organisme_la_declare(parcours: Parcours) -> None:
    demande = await livree(parcours)
    actif = demande["articles"][0]["actif_id"]
    declaree = {"nature": "vol", "fait_le": "2026-09-11"}
    perdu = await parcours.demandeur.post(f"/v1/actifs/{actif}/perte", json=declaree)
    assert (perdu.json()["fin_le"], perdu.json()["dit_le"]) == ("2026-09-20", "2026-09-11")
    (evenement,) = await parcours.banc.sortants("actif.perdu")
    assert evenement.donnees["fait_le"] == "2026-09-20", "rien ne se rembourse en silence"
    mouvements = (await parcours.csc.get(f"/v1/actifs/{actif}/chronologie")).json()["elements"]
    acte = {"acte_id": mouvements[-1]["acte_id"], "survenu_le": "2026-09-14T13:00:00Z"}
    corps = {"actes": [acte], "motif": "Rapport de police du 14."}
    confirme = await parcours.csc.post(f"/v1/actifs/{actif}/rectification", json=corps)
    assert confirme.json()["fin_le"] == "2026-09-14", "le CSC confirme une date antérieure"
    trop_tot = {**acte, "survenu_le": "2026-09-10T13:00:00Z"}
    refus = await parcours.csc.post(
        f"/v1/actifs/{actif}/rectification", json={"actes": [trop_tot], "motif": "x"}
    )
    assert refus.status_code == 409, "jamais avant la livraison"
    du_csc = await parcours.csc.post(f"/v1/actifs/{actif}/perte", json=declaree)
    assert du_csc.status_code == 409, "il est déjà perdu"


async def test_dem_14_un_actif_perdu_ne_repart_pas_en_silence(parcours: Parcours) -> None:
    demande = await livree(parcours)
    actif, article = demande["articles"][0]["actif_id"], demande["articles"][0]["id"]
    await parcours.demandeur.post(f"/v1/actifs/{actif}/perte", json={"nature": "vol"})
    parcours.banc.horloge.aller("2026-09-25T12:00Z")
    await parcours.agir(parcours.demandeur, demande, "reouverture", motif="Retrouvé.")
    parcours.banc.horloge.aller("2026-09-26T12:00Z")
    refus = await parcours.agir(parcours.csc, demande, "livraison", 409, article_id=article)
    assert refus["regle"] == "DEM-14"


async def test_dem_14_un_organisme_inactif_ne_recoit_plus_rien_de_nouveau(
    parcours: Parcours,
) -> None:
    brouillon = await parcours.creer(soumettre=False)
    creee, prise = await parcours.creer(), await parcours.prise_en_charge()
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    parcours.banc.horloge.aller("2026-09-10T12:00Z")
    inactif = await parcours.csc.patch(
        "/v1/organismes/MTQ", json={"actif": False}, headers={"If-Match": lu.headers["etag"]}
    )
    parcours.banc.horloge.aller("2026-09-12T12:00Z")
    article = {"article_id": prise["articles"][0]["id"]}
    for client, demande, geste, corps in (
        (parcours.demandeur, brouillon, "soumission", {}),
        (parcours.signataire, creee, "approbation", {}),
        (parcours.csc, prise, "livraison", article),
    ):
        refus = await parcours.agir(client, demande, geste, 409, **corps)
        assert refus["regle"] == "DEM-14"
    await parcours.agir(parcours.demandeur, creee, "annulation")
    avant = {"survenu_le": "2026-09-09T12:00:00Z"}
    en_retard = await parcours.agir(parcours.csc, prise, "livraison", **article, **avant)
    assert en_retard["etat"] == "completee", "livrée quand il était encore client"
    await rectifier(parcours, prise, 409, livraison="2026-09-11T12:00:00Z")
    retabli = await parcours.csc.patch(
        "/v1/organismes/MTQ", json={"actif": True}, headers={"If-Match": inactif.headers["etag"]}
    )
    assert retabli.json()["actif"] is True
    await rectifier(parcours, prise, 409, livraison="2026-09-11T12:00:00Z")
    await parcours.agir(parcours.demandeur, brouillon, "soumission")


def intervention(**champs: Any) -> dict[str, Any]:
    return {
        "organisme": "MTQ",
        "incident_id": str(uuid4()),
        "intervention_id": str(uuid4()),
        "debut": "2026-09-02T22:00:00Z",
        "minutes": 20,
        "cloture": True,
        **champs,
    }


@pytest.fixture
async def abonne(parcours: Parcours) -> Parcours:
    """L'organisme est abonné au soutien étendu depuis le 1er; nous sommes le 20."""
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    return parcours


async def test_dem_5_le_soutien_etendu_se_donne_hors_des_heures_du_csc(abonne: Parcours) -> None:
    mercredi_10h, mercredi_17h = "2026-09-02T14:00:00Z", "2026-09-02T21:00:00Z"
    fete_du_travail_10h, samedi_10h = "2026-09-07T14:00:00Z", "2026-09-05T14:00:00Z"
    pas_finie = {"debut": "2026-09-20T11:50:00Z", "minutes": 20}
    for champs, statut in (
        ({"debut": mercredi_10h}, 409),
        ({"debut": "2026-09-02T20:59:59Z"}, 409),
        (pas_finie, 409),
        ({"debut": mercredi_17h}, 201),
        ({"debut": fete_du_travail_10h}, 201),
        ({"debut": samedi_10h}, 201),
    ):
        reponse = await abonne.csc.post("/v1/interventions", json=intervention(**champs))
        assert reponse.status_code == statut, (champs, reponse.text)
        assert statut == 201 or reponse.json()["regle"] == "DEM-5"


async def test_dem_12_une_intervention_dite_autrement_est_refusee(abonne: Parcours) -> None:
    corps = intervention()
    for _ in range(2):
        assert (await abonne.csc.post("/v1/interventions", json=corps)).status_code == 201
    for autrement in ({"minutes": 200}, {"debut": "2026-09-02T22:10:00Z"}, {"cloture": False}):
        refus = await abonne.csc.post("/v1/interventions", json={**corps, **autrement})
        assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-12"), refus.text
    assert len(await abonne.banc.sortants("intervention.effectuée")) == 1


async def test_dem_13_une_intervention_se_redate_et_s_annule(abonne: Parcours) -> None:
    fin = intervention(cloture=True)
    debut = intervention(
        incident_id=fin["incident_id"], debut="2026-09-02T21:30:00Z", cloture=False
    )
    for corps in (fin, debut):
        assert (await abonne.csc.post("/v1/interventions", json=corps)).status_code == 201

    async def rectifie(corps: dict[str, Any], juste: str | None) -> httpx.Response:
        return await abonne.csc.post(
            f"/v1/interventions/{corps['intervention_id']}/rectification",
            json={"survenu_le": juste, "motif": "Erreur."},
        )

    for juste in ("2026-09-02T23:00:00Z", "2026-09-02T14:00:00Z", "2026-08-30T23:00:00Z"):
        assert (await rectifie(debut, juste)).status_code == 409, juste
    redatee = await rectifie(debut, "2026-09-02T21:45:00Z")
    assert redatee.json()["survenu_le"] == "2026-09-02T21:45:00Z"
    nulle = await rectifie(fin, None)
    assert (nulle.status_code, nulle.json()["survenu_le"]) == (200, None)
    publies = await abonne.banc.sortants("acte.rectifié")
    assert [p.cle for p in publies] == [fin["incident_id"]] * 2
    assert [p.donnees["survenu_le"] for p in publies] == ["2026-09-02T21:45:00Z", None]
    suite = intervention(incident_id=fin["incident_id"], debut="2026-09-02T23:00:00Z")
    assert (await abonne.csc.post("/v1/interventions", json=suite)).status_code == 201, "rouvert"


async def test_fac_4_un_incident_reste_ouvert_est_signale_une_fois(abonne: Parcours) -> None:
    corps = intervention(cloture=False, debut="2026-09-05T14:00:00Z")
    assert (await abonne.csc.post("/v1/interventions", json=corps)).status_code == 201
    clos = intervention()
    assert (await abonne.csc.post("/v1/interventions", json=clos)).status_code == 201
    assert await abonne.banc.tache("incidents-ouverts") == 1
    assert await abonne.banc.tache("incidents-ouverts") == 0


async def test_dem_13_une_completion_rectifiee_date_l_abonnement(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    await parcours.agir(parcours.csc, demande, "completion", survenu_le="2026-09-10T13:00:00Z")
    (souscrit,) = await parcours.banc.sortants("abonnement.souscrit")
    await rectifier(parcours, demande, completion="2026-09-12T13:00:00Z")
    soir = intervention(debut="2026-09-15T22:00:00Z")
    inscrite = await parcours.csc.post("/v1/interventions", json=soir)
    assert inscrite.status_code == 201
    for juste in ("2026-09-16T13:00:00Z", None):
        refus = await rectifier(parcours, demande, 409, completion=juste)
        assert refus["regle"] == "DEM-5", "l'intervention n'aurait plus d'abonnement"
    chemin = f"/v1/interventions/{soir['intervention_id']}/rectification"
    await parcours.csc.post(chemin, json={"survenu_le": None, "motif": "Jamais eu lieu."})
    lu = await parcours.csc.get("/v1/abonnements-soutien")
    assert lu.json()["elements"][0]["debut"] == "2026-09-12"
    await rectifier(parcours, demande, completion=None)
    (abonnement,) = (await parcours.csc.get("/v1/abonnements-soutien")).json()["elements"]
    assert abonnement["souscrit_le"] is None
    derives = [
        (p.cle, p.donnees["survenu_le"])
        for p in await parcours.banc.sortants("acte.rectifié")
        if p.donnees["acte_id"] == str(souscrit.id)
    ]
    assert derives == [(souscrit.cle, "2026-09-12T13:00:00Z"), (souscrit.cle, None)]
    seconde = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, seconde, "completion")
    assert len(await parcours.banc.sortants("abonnement.souscrit")) == 2, "le premier n'a pas lieu"
