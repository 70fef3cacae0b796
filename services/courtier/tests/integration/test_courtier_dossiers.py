"""Le dossier d'acquisition par son API, sur PostgreSQL : CI-10, CI-12 à CI-16, IC-1."""

import asyncio

import pytest
from sqlalchemy import text

from services.courtier.tests.acquisitions import BESOINS, SATISFAITE, Acquisition, offre_voulue
from services.courtier.tests.marche import EMPREINTES, Corps, Marche

pytestmark = pytest.mark.integration

CLIENT = {"partie": "client", **EMPREINTES}
INCONNU = "00000000-0000-7000-8000-000000000000"


async def deux_offres(marche: Marche, cher: str = "12.50", bas: str = "10.00") -> list[Corps]:
    """Deux ententes-cadres de deux fournisseurs, une offre chacune."""
    vendues = []
    for rang, prix in ((1, cher), (2, bas)):
        entente = await marche.entente(f"EC-{rang}", f"117000000{rang}")
        lieux = [{"lieu": "Montréal", "zone": "quebec"}, {"lieu": "Dublin", "zone": "rgpd"}]
        offre_id = await marche.offre(entente["id"], prix, lieux_hebergement=lieux)
        fournisseur = entente["fournisseur_id"]
        vendues.append({"entente": entente["id"], "offre": offre_id, "fournisseur": fournisseur})
    return vendues


async def compare(marche: Marche, vendues: list[Corps], **besoins: object) -> Acquisition:
    """Un dossier qui compare les deux offres, aucune encore choisie."""
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([v["offre"] for v in vendues], **besoins)
    for vendue in vendues:
        voulue = offre_voulue(vendue["offre"], lieu="Montréal")
        await dossier.scenario(vendue["entente"], voulue)
    return dossier


async def prepare(marche: Marche, dossier: Acquisition) -> str:
    """Le contrat du dossier, validé par le client; rend son adresse."""
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    chemin = f"/v1/contrats/{contrat['id']}"
    assert (await marche.gestionnaire.post(f"{chemin}/validation")).status_code == 200
    return chemin


async def test_ci_10_des_besoins_au_contrat_conclu(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    cher, bas = (await dossier.lire("/scenarios"))["elements"]
    assert [(s["total"], s["plus_bas"], s["ecart"]) for s in (cher, bas)] == [
        ("12000.00", False, "2400.00"), ("9600.00", True, "0.00"),
    ]  # fmt: skip
    assert bas["lignes"][0]["cout"] == "9600.000000"
    assert bas["frais_courtier"]["montant"] is None
    await dossier.demarrer(dossier.scenarios[1], marche.jour)
    [demandee] = await marche.banc.sortants("rencontre.demandée")
    [tenue] = await marche.banc.sortants("rencontre.tenue")
    assert demandee.donnees == tenue.donnees == {"dossier_id": dossier.id, "organisme": "MTQ"}

    chemin = await prepare(marche, dossier)
    signe = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert signe.status_code == 200, signe.text
    retour = await dossier.tenter("retour", {"etape": 4, "motif": "Trop tard."})
    assert (retour.status_code, retour.json()["regle"]) == (409, "CI-10")
    assert await marche.banc.sortants("dossier.clos") == []
    communs = {nom: v for nom, v in EMPREINTES.items() if nom != "engagement"}
    fournisseur = {"partie": "fournisseur", "signataire": "NB-007", **communs}
    conclu = await marche.courtier.post(
        f"{chemin}/signature", json={**fournisseur, "signe_le": "2026-09-01T09:00:00-04:00"}
    )
    assert conclu.status_code == 200, conclu.text
    lu = await dossier.lire()
    assert (lu["etat"], lu["contrat_id"]) == ("contrat_conclu", conclu.json()["id"])
    [clos] = await marche.banc.sortants("dossier.clos")
    assert (clos.donnees["issue"], clos.donnees["contrat_id"]) == (
        "contrat_conclu", conclu.json()["id"]
    )  # fmt: skip
    genres = {p["genre"] for p in (await dossier.lire("/pieces"))["elements"]}
    assert genres == {"autorisation_budgetaire", "admissibilite"}


async def test_ci_10_ce_qui_manque_est_ce_qui_refuse(marche: Marche) -> None:
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    assert dossier.vu["gestes_permis"] == ["besoins", "retour", "cloture"]
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"])
    refus = await dossier.tenter("consultation", {"criteres": {}, "offres": [offre_id]})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-10")
    dits = [m for m in dossier.vu["manque"] if m["geste"] == "consultation"]
    assert refus.json()["details"]["manque"] == [
        {nom: v for nom, v in m.items() if nom != "geste"} for m in dits
    ]
    contrat = await marche.courtier.post("/v1/contrats", json=marche.preparation(dossier.id))
    assert (contrat.status_code, contrat.json()["regle"]) == (409, "CI-10")


async def test_ci_15_le_dirigeant_autorise_ou_le_gestionnaire_avec_sa_piece(
    marche: Marche,
) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    await dossier.poser("choix", {"scenario_id": dossier.scenarios[0]})
    assert dossier.vu["choix"]["autorisation_requise"] is True
    await dossier.poser("contact", {"fournisseur_id": vendues[0]["fournisseur"]})
    lus = {"texte": "", "conditions_lues": True, "engagement_lu": True}
    await dossier.poser("informations", lus)
    rencontre = {"tenue_le": "2026-09-01T09:00-04:00"}
    bloque = await dossier.tenter("rencontre", rencontre, marche.courtier)
    assert (bloque.status_code, bloque.json()["regle"]) == (409, "CI-15")
    assert bloque.json()["details"]["ecart"] == "2400.00"

    corps = {
        "scenario_id": dossier.scenarios[0], "date": "2026-09-01", "criteres": ["performance"],
        "justification": "Plus rapide.", "ecart_autorise": "2400.00",
    }  # fmt: skip
    qui = {"organisme": "MTQ", "sujet": "x"}
    banc = marche.banc
    for client, attendu in (
        (banc.client("signataire", **qui), (403, None)),
        (marche.courtier, (403, None)),
        (banc.client("dirigeant", "integration", **qui), (403, "CI-15")),
        (banc.client("dirigeant", organisme="SQ"), (404, None)),
        (marche.gestionnaire, (409, "CI-15")),
    ):
        refus = await dossier.tenter("autorisation", corps, client)
        assert (refus.status_code, refus.json().get("regle")) == attendu, refus.text
    sans_critere = await dossier.tenter(
        "autorisation", {**corps, "criteres": [], "empreinte": "e" * 64}
    )
    assert (sans_critere.status_code, sans_critere.json()["regle"]) == (409, "CI-15")
    await dossier.poser("autorisation", {**corps, "empreinte": "e" * 64})
    await dossier.poser("autorisation", corps, banc.client("dirigeant", **qui))
    assert dossier.vu["autorisation"]["par_le_dirigeant"] is True
    await dossier.poser("rencontre", rencontre, marche.courtier)


async def test_ci_15_a_la_signature_le_prix_d_un_autre_bloque_jusqu_a_l_autorisation(
    marche: Marche,
) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    await dossier.demarrer(dossier.scenarios[1], marche.jour)
    chemin = await prepare(marche, dossier)
    await marche.prix(vendues[0]["offre"], {"prix": "9"}, "2026-10-01")
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")
    bloque = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (bloque.status_code, bloque.json()["regle"]) == (409, "CI-15"), bloque.text
    assert bloque.json()["details"]["ecart"] == "960.00"
    autorisation = {
        "scenario_id": dossier.scenarios[1], "date": "2026-10-01", "criteres": ["performance"],
        "justification": "Déjà préparé.", "ecart_autorise": "960.00",
    }  # fmt: skip
    dirigeant = marche.banc.client("dirigeant", organisme="MTQ", sujet="d")
    await dossier.poser("autorisation", autorisation, dirigeant)
    signe = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (signe.status_code, signe.json()["etat"]) == (200, "signe_client"), signe.text


async def test_ci_15_un_nouveau_choix_defait_le_contrat_prepare(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    await dossier.demarrer(dossier.scenarios[1], marche.jour)
    chemin = await prepare(marche, dossier)
    await dossier.poser("retour", {"etape": 4, "motif": "L'autre baisse son prix."})
    caduc = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (caduc.status_code, caduc.json()["regle"]) == (409, "CI-16"), caduc.text
    autre = await marche.courtier.post("/v1/contrats", json=marche.preparation(dossier.id))
    assert autre.status_code == 409
    await dossier.demarrer(dossier.scenarios[1], marche.jour)
    [demandee] = await marche.banc.sortants("rencontre.demandée")
    assert demandee.donnees["dossier_id"] == dossier.id
    double = await marche.courtier.post("/v1/contrats", json=marche.preparation(dossier.id))
    assert (double.status_code, double.json()["regle"]) == (409, "CI-16")
    corps = {"debut": "2026-10-01", "documents": EMPREINTES}
    refait = await marche.courtier.post(f"{chemin}/preparation", json=corps)
    assert (refait.status_code, refait.json()["montant"]) == (200, "9600.00"), refait.text
    a_refaire = [a["geste"] for a in await _actes(dossier) if a["a_refaire"]]
    assert "preparation" in a_refaire
    assert dossier.vu["tour"] == 2


async def _actes(dossier: Acquisition) -> list[Corps]:
    elements: list[Corps] = (await dossier.lire("/chronologie"))["elements"]
    return elements


async def test_ci_13_hors_du_quebec_l_efvp_dit_la_protection_adequate(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([vendues[1]["offre"]], renseignements_personnels=True)
    dublin = {"offre_id": vendues[1]["offre"], "lieu": "Dublin", "accepte": True}
    efvp = {"date": "2026-09-01", "empreinte": "d" * 64}
    refus = await dossier.tenter("efvp", {**efvp, "examens": [dublin]})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-13")
    ailleurs = await dossier.tenter("efvp", {**efvp, "examens": [{**dublin, "lieu": "Oslo"}]})
    assert (ailleurs.status_code, "Oslo" in ailleurs.text) == (409, False)
    await dossier.scenario(vendues[1]["entente"], offre_voulue(vendues[1]["offre"], lieu="Dublin"))
    await dossier.poser("efvp", {**efvp, "examens": [{**dublin, "protection_adequate": True}]})
    await dossier.demarrer(dossier.scenarios[0], marche.jour)
    [conclusion] = dossier.vu["efvp"]["conclusions"]
    assert (conclusion["zone"], conclusion["hors_quebec"]) == ("rgpd", True)
    lieux = [{"lieu": "Dublin", "zone": "rgpd"}]
    corps = {"titre": "T", "categorie": "courriel", "description": "", "qualification": "qualifiee"}
    entente = {"entente_id": vendues[1]["entente"], "lieux_hebergement": lieux}
    await marche.cree(f"offres/{vendues[1]['offre']}/versions", {**corps, **entente})
    redemandee = await marche.courtier.post("/v1/contrats", json=marche.preparation(dossier.id))
    assert (redemandee.status_code, redemandee.json()["regle"]) == (409, "CI-13")


async def test_ci_13_une_efvp_ne_se_date_pas_d_avant_ce_qu_elle_examine(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([vendues[1]["offre"]], renseignements_personnels=True)
    examen = {"offre_id": vendues[1]["offre"], "lieu": "Montréal", "accepte": True}
    corps = {"empreinte": "d" * 64, "examens": [examen]}
    avant = await dossier.tenter("efvp", {**corps, "date": "2026-08-31"})
    assert (avant.status_code, avant.json()["regle"]) == (409, "CI-13")
    marche.banc.horloge.aller("2026-09-03T09:00-04:00")
    lieux = [{"lieu": "Montréal", "zone": "quebec"}]
    corps_offre = {"titre": "T", "categorie": "courriel", "description": "Neuve."}
    neuve = {"qualification": "qualifiee", "entente_id": vendues[1]["entente"]}
    await marche.cree(
        f"offres/{vendues[1]['offre']}/versions",
        {**corps_offre, **neuve, "lieux_hebergement": lieux},
    )
    perimee = await dossier.tenter("efvp", {**corps, "date": "2026-09-02"})
    assert (perimee.status_code, perimee.json()["regle"]) == (409, "CI-13")
    assert "version" in perimee.json()["detail"]
    await dossier.poser("efvp", {**corps, "date": "2026-09-03"})


async def test_ci_13_un_banc_d_essai_sans_renseignement_personnel_gratuit_sans_engagement(
    marche: Marche,
) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"])
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.poser("besoins", BESOINS)
    await dossier.poser("consultation", {"criteres": {}, "offres": [offre_id]})
    banc = {
        "offre_id": offre_id, "debut": "2026-09-01", "fin": "2026-09-01", "conclusion": "Bien.",
        "renseignements_personnels": False,
    }  # fmt: skip
    for faute in (
        {"renseignements_personnels": True},
        {"frais": "0.01"},
        {"engagement": True},
        {"fin": "2026-08-31"},
        {"fin": "2026-09-02"},
    ):
        refus = await dossier.tenter("bancs-essai", {**banc, **faute})
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-13"), faute
    await dossier.poser("bancs-essai", banc)
    [essai] = (await dossier.lire("/bancs-essai"))["elements"]
    verdict = {**SATISFAITE, "source": "banc_essai"}
    for source, statut in ((None, 409), (INCONNU, 409), (essai["id"], 200)):
        corps = {"offre_id": offre_id, "verdicts": [{**verdict, "source_id": source}]}
        assert (await dossier.tenter("conformite", corps)).status_code == statut


async def test_ci_14_aucun_scenario_conforme_le_dossier_ne_passe_pas(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"])
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([offre_id])
    insatisfaite = {**SATISFAITE, "satisfaite": False}
    await dossier.poser("conformite", {"offre_id": offre_id, "verdicts": [insatisfaite]})
    scenario_id = await dossier.scenario(entente["id"], offre_voulue(offre_id))
    refus = await dossier.tenter("choix", {"scenario_id": scenario_id})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-14")
    sans_suite = {"issue": "sans_suite", "motif": "Rien de conforme."}
    assert (await dossier.poser("cloture", sans_suite))["etat"] == "sans_suite"


async def test_ci_10_le_decret_596_defend_l_autre_vehicule_a_compter_de_son_jour(
    marche: Marche,
) -> None:
    dit = {"organisme": "MTQ", "motif": "Annexe."}
    await marche.cree("decret-596", {**dit, "oblige": True, "depuis": "2026-04-01"})
    await marche.cree("decret-596", {**dit, "oblige": False, "depuis": "2026-10-01"})
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    ailleurs = {"issue": "autre_vehicule", "motif": "Appel d'offres."}
    refus = await dossier.tenter("cloture", ailleurs)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-10")
    ecrit = await marche.gestionnaire.post("/v1/decret-596", json={**dit, "oblige": False})
    assert ecrit.status_code == 403
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")
    assert (await dossier.poser("cloture", ailleurs))["etat"] == "autre_vehicule"
    [clos] = await marche.banc.sortants("dossier.clos")
    assert clos.donnees == {
        "dossier_id": dossier.id, "organisme": "MTQ", "issue": "autre_vehicule",
        "contrat_id": None,
    }  # fmt: skip


async def test_ci_12_un_dossier_en_cours_est_avise_de_l_offre_qu_il_cite(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    clos = await compare(marche, vendues)
    await clos.poser("cloture", {"issue": "sans_suite", "motif": "Reporté."})
    await marche.prix(vendues[0]["offre"], {"prix": "9"}, "2026-10-01")
    [avise] = await marche.banc.sortants("dossier.avisé")
    assert avise.donnees == {
        "dossier_id": dossier.id, "organisme": "MTQ", "offre_id": vendues[0]["offre"],
        "nature": "prix", "version": 2,
    }  # fmt: skip
    [avis] = (await dossier.lire("/avis"))["elements"]
    assert (avis["nature"], avis["version"]) == ("prix", 2)
    avises = await marche.gestionnaire.get("/v1/dossiers", params={"avise": "true"})
    assert [d["id"] for d in avises.json()["elements"]] == [dossier.id]
    await dossier.poser("choix", {"scenario_id": dossier.scenarios[1]})
    avises = await marche.gestionnaire.get("/v1/dossiers", params={"avise": "true"})
    assert avises.json()["elements"] == []


async def test_ci_16_la_confirmation_rechiffre_tout_et_borne_au_budget(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    await dossier.poser("choix", {"scenario_id": dossier.scenarios[1]})
    await dossier.contacter(marche.jour)
    budget = {"montant": "14400.00", "date": marche.jour, "empreinte": "f" * 64}
    await dossier.poser("budget", budget)
    periode = {"du_mois": 1, "au_mois": 36, "quantite": 40}
    trop = {"duree_mois": 36, "consommation": [{**periode, "quantite": 41}]}
    refus = await dossier.tenter("confirmation", trop)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-16")
    longue = {"duree_mois": 37, "consommation": [{**periode, "au_mois": 36}]}
    assert (await dossier.tenter("confirmation", longue)).json()["regle"] == "CI-17"
    await dossier.poser("confirmation", {"duree_mois": 36, "consommation": [periode]})
    assert [s["total"] for s in (await dossier.lire("/scenarios"))["elements"]] == [
        "18000.00", "14400.00",
    ]  # fmt: skip


async def test_le_dossier_d_un_autre_organisme_est_invisible(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    intrus = marche.banc.client("gestionnaire", "dirigeant", organisme="SQ")
    chemin = f"/v1/dossiers/{dossier.id}"
    for quoi in ("", "/chronologie", "/scenarios", "/pieces", "/avis", "/conformite"):
        assert (await intrus.get(f"{chemin}{quoi}")).status_code == 404
    choix = {"scenario_id": dossier.scenarios[1]}
    assert (await intrus.post(f"{chemin}/choix", json=choix)).status_code == 404
    assert (await intrus.get("/v1/dossiers")).json()["elements"] == []
    assert await dossier.lire() == dossier.vu


async def test_deux_gestes_a_la_fois_se_suivent_ou_l_un_perd(marche: Marche) -> None:
    vendues = await deux_offres(marche)
    dossier = await compare(marche, vendues)
    etag = (await marche.gestionnaire.get(f"/v1/dossiers/{dossier.id}")).headers["ETag"]
    corps = {"scenario_id": dossier.scenarios[1]}
    rendus = await asyncio.gather(
        *(
            marche.gestionnaire.post(
                f"/v1/dossiers/{dossier.id}/choix",
                json={**corps, "indicateur_responsable": f"I{rang}"},
                headers={"If-Match": etag},
            )
            for rang in range(4)
        )
    )
    assert sorted(r.status_code for r in rendus) == [200, 412, 412, 412]
    rangs = [a["rang"] for a in await _actes(dossier)]
    assert rangs == list(range(1, len(rangs) + 1))


async def test_ci_10_un_contrat_d_avant_les_dossiers_se_prepare_d_un_dossier_pour_se_signer(
    marche: Marche,
) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(text("UPDATE contrats SET dossier_id = NULL"))
        await connexion.ecrire(text("DELETE FROM dossiers_actes WHERE geste = 'preparation'"))
    await marche.gestionnaire.post(f"{chemin}/validation")
    refus = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-10")
    corps = {"debut": "2026-10-01", "documents": EMPREINTES}
    sans = await marche.courtier.post(f"{chemin}/preparation", json=corps)
    assert (sans.status_code, sans.json()["regle"]) == (409, "CI-10")
    offre = offre_voulue(contrat["elements"][0]["offre_id"])
    sq = marche.banc.client("gestionnaire", organisme="SQ", sujet="gestionnaire-sq")
    d_un_autre = await marche.acquisition(contrat["entente_id"], offre, par=sq)
    vole = await marche.courtier.post(
        f"{chemin}/preparation", json={**corps, "dossier_id": d_un_autre.id}
    )
    assert vole.status_code == 404
    dossier = await marche.acquisition(contrat["entente_id"], offre)
    refait = await marche.courtier.post(
        f"{chemin}/preparation", json={**corps, "dossier_id": dossier.id}
    )
    assert (refait.status_code, refait.json()["dossier_id"]) == (200, dossier.id), refait.text
    await marche.gestionnaire.post(f"{chemin}/validation")
    signe = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (signe.status_code, signe.json()["etat"]) == (200, "signe_client"), signe.text
