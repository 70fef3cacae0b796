"""Les différends et les incidents par l'API, sur PostgreSQL : CI-21."""

import pytest

from services.courtier.tests.marche import Corps, Marche

pytestmark = pytest.mark.integration


async def _ouvert(marche: Marche, contrat_id: str, **autres: str) -> Corps:
    corps = {
        "contrat_id": contrat_id,
        "nature": "differend",
        "objet": "Indisponibilités",
        "texte": "Trois interruptions.",
        "survenu_le": "2026-09-09",
        **autres,
    }
    rendu = await marche.gestionnaire.post("/v1/differends", json=corps)
    assert rendu.status_code == 201, rendu.text
    ouvert: Corps = rendu.json()
    return ouvert


def _dit(partie: str, le: str = "2026-09-09") -> Corps:
    return {"partie": partie, "le": le, "texte": "Un crédit suivra."}


async def test_ci_21_un_differend_qui_persiste_est_signale_par_le_temps(marche: Marche) -> None:
    contrat = await marche.conclu()
    ouvert = await _ouvert(marche, contrat["id"])
    chemin = f"/v1/differends/{ouvert['id']}"
    assert (ouvert["etat"], ouvert["signale_d_office_le"]) == ("ouvert", "2026-11-08")

    async def signales() -> int:
        lus = await marche.courtier.get("/v1/differends", params={"signale": "true"})
        return len(lus.json()["elements"])

    assert await signales() == 0
    trop_tot = await marche.courtier.post(f"{chemin}/reponses", json=_dit("courtier"))
    assert (trop_tot.status_code, trop_tot.json()["regle"]) == (403, "CI-21")
    marche.banc.horloge.aller("2026-11-08T09:00-05:00")
    assert await signales() == 1
    lu = (await marche.courtier.get(chemin)).json()
    assert (lu["etat"], lu["version"], lu["objet"]) == ("signale", 1, "Indisponibilités")
    repondu = await marche.courtier.post(f"{chemin}/reponses", json=_dit("courtier"))
    assert [e["partie"] for e in repondu.json()["fil"]] == ["organisme", "courtier"]


async def test_ci_21_un_second_se_repete_une_plainte_est_signalee(marche: Marche) -> None:
    contrat = await marche.conclu()
    premier = await _ouvert(marche, contrat["id"])
    second = await _ouvert(marche, contrat["id"])
    plainte = await _ouvert(marche, contrat["id"], nature="plainte")
    assert [d["etat"] for d in (premier, second, plainte)] == ["ouvert", "signale", "signale"]
    chemin = f"/v1/differends/{premier['id']}/signalement"
    assert (await marche.gestionnaire.post(chemin)).json()["etat"] == "signale"
    assert (await marche.gestionnaire.post(chemin)).status_code == 409


async def test_ci_21_ferme_a_temps_il_n_est_jamais_signale(marche: Marche) -> None:
    contrat = await marche.conclu()
    chemin = f"/v1/differends/{(await _ouvert(marche, contrat['id']))['id']}"
    for partie, le, statut in (
        ("fournisseur", "2026-09-09", 200),
        ("courtier", "2026-09-09", 403),
        ("organisme", "2026-09-08", 409),
        ("organisme", "2026-09-10", 409),
    ):
        rendu = await marche.gestionnaire.post(f"{chemin}/reponses", json=_dit(partie, le))
        assert rendu.status_code == statut, rendu.text
    fin = {"denouement": "regle", "motif": "Crédit reçu."}
    assert (await marche.courtier.post(f"{chemin}/fermeture", json=fin)).status_code == 403
    ferme = await marche.gestionnaire.post(f"{chemin}/fermeture", json=fin)
    assert ferme.json()["etat"] == "ferme"
    marche.banc.horloge.aller("2027-09-09T09:00-04:00")
    for geste, corps in (("reponses", _dit("organisme")), ("signalement", {}), ("fermeture", fin)):
        refus = await marche.gestionnaire.post(f"{chemin}/{geste}", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-21")
    lus = await marche.courtier.get("/v1/differends", params={"signale": "true"})
    assert lus.json()["elements"] == []


async def test_ci_21_non_signale_le_courtier_n_en_lit_que_l_existence(marche: Marche) -> None:
    """Le vérificateur lit tout; l'organisme, les siens; signalé, le Courtier aussi."""
    contrat = await marche.conclu()
    tu, dit = await _ouvert(marche, contrat["id"]), await _ouvert(marche, contrat["id"])
    fin = {"denouement": "regle", "motif": "Crédit reçu."}
    await marche.gestionnaire.post(f"/v1/differends/{tu['id']}/fermeture", json=fin)
    chemin = f"/v1/differends/{tu['id']}"
    lu = (await marche.courtier.get(chemin)).json()
    assert (lu["nature"], lu["etat"], lu["survenu_le"]) == ("differend", "ferme", "2026-09-09")
    assert (lu["objet"], lu["fil"], lu["fermeture"]["motif"]) == (None, [], None)
    assert "interruptions" not in str(lu)
    assert "Crédit" not in str(lu)
    for lecteur in (marche.gestionnaire, marche.banc.client("verificateur")):
        entier = (await lecteur.get(chemin)).json()
        assert (entier["objet"], len(entier["fil"])) == ("Indisponibilités", 1)
        assert entier["fermeture"]["motif"] == "Crédit reçu."
    vus = (await marche.courtier.get("/v1/differends")).json()["elements"]
    objets = {tu["id"]: None, dit["id"]: "Indisponibilités"}
    assert {d["id"]: d["objet"] for d in vus} == objets
    siens = (await marche.gestionnaire.get("/v1/differends")).json()["elements"]
    assert {d["objet"] for d in siens} == {"Indisponibilités"}


INCIDENT: Corps = {
    "nature": "confidentialite",
    "survenu_le": "2026-09-08",
    "constate_le": "2026-09-09",
    "description": "Des boîtes lues par un tiers.",
    "avis_requis": {"avis": ["cai"], "motif": "Risque sérieux."},
}


async def test_ci_21_un_avis_requis_se_donne_avant_de_fermer(marche: Marche) -> None:
    contrat = await marche.conclu()
    inscrit = await marche.gestionnaire.post(
        f"/v1/contrats/{contrat['id']}/incidents", json=INCIDENT
    )
    assert inscrit.status_code == 201, inscrit.text
    chemin = inscrit.headers["Location"]
    assert inscrit.json()["avis_manquants"] == ["cai"]
    fin = {"le": "2026-09-09", "texte": "Réglé."}
    refus = await marche.gestionnaire.post(f"{chemin}/fermeture", json=fin)
    assert refus.json()["details"] == {"avis_manquants": ["cai"]}
    manquants = await marche.courtier.get("/v1/incidents", params={"avis_manquant": "true"})
    assert len(manquants.json()["elements"]) == 1
    juge = {"avis": ["cai", "personnes"], "motif": "Davantage de personnes."}
    await marche.gestionnaire.post(f"{chemin}/appreciation", json=juge)
    for destinataire, le, statut in (
        ("cai", "2026-09-08", 409),
        ("cai", "2026-09-10", 409),
        ("cai", "2026-09-09", 200),
        ("cai", "2026-09-09", 409),
        ("personnes", "2026-09-09", 200),
    ):
        corps = {"destinataire": destinataire, "le": le}
        rendu = await marche.gestionnaire.post(f"{chemin}/avis", json=corps)
        assert rendu.status_code == statut, rendu.text
    await marche.gestionnaire.post(f"{chemin}/ajouts", json={**fin, "texte": "Accès révoqués."})
    ferme = await marche.gestionnaire.post(f"{chemin}/fermeture", json=fin)
    assert (ferme.json()["etat"], len(ferme.json()["appreciations"])) == ("ferme", 2)
    assert (await marche.gestionnaire.post(f"{chemin}/ajouts", json=fin)).status_code == 409
    siens = await marche.gestionnaire.get(f"/v1/contrats/{contrat['id']}/incidents")
    assert [i["avis_manquant"] for i in siens.json()["elements"]] == [False]


@pytest.mark.parametrize(
    "change",
    [
        {"nature": "manquement"},
        {"survenu_le": "2026-09-07", "constate_le": "2026-09-07"},
        {"constate_le": "2026-09-07"},
        {"constate_le": "2026-09-10"},
    ],
)
async def test_ci_21_un_incident_mal_date_ou_mal_dit(marche: Marche, change: Corps) -> None:
    contrat = await marche.conclu()
    refus = await marche.gestionnaire.post(
        f"/v1/contrats/{contrat['id']}/incidents", json={**INCIDENT, **change}
    )
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-21")


async def test_ci_21_nul_ne_lit_ceux_d_un_autre_organisme(marche: Marche) -> None:
    contrat = await marche.conclu()
    ouvert = await _ouvert(marche, contrat["id"])
    manquement = {n: v for n, v in INCIDENT.items() if n != "avis_requis"}
    inscrit = await marche.gestionnaire.post(
        f"/v1/contrats/{contrat['id']}/incidents", json={**manquement, "nature": "manquement"}
    )
    un, deux = f"/v1/differends/{ouvert['id']}", inscrit.headers["Location"]
    sans_rp = await marche.gestionnaire.post(
        f"{deux}/appreciation", json={"avis": [], "motif": "M."}
    )
    assert (sans_rp.status_code, sans_rp.json()["regle"]) == (409, "CI-21")
    intrus = marche.banc.client("gestionnaire", "signataire", organisme="SQ")
    for chemin in (un, deux, f"/v1/contrats/{contrat['id']}/incidents"):
        assert (await intrus.get(chemin)).status_code == 404
    for liste in ("/v1/differends", "/v1/incidents"):
        assert (await intrus.get(liste)).json()["elements"] == []
        assert len((await marche.courtier.get(liste)).json()["elements"]) == 1
    fin = {"le": "2026-09-09", "texte": "Non."}
    actes: dict[str, Corps] = {
        f"{un}/reponses": _dit("organisme"),
        f"{un}/signalement": {},
        f"{un}/fermeture": {"denouement": "regle", "motif": "Non."},
        f"{deux}/avis": {"destinataire": "cai", "le": "2026-09-09"},
        f"{deux}/ajouts": fin,
        f"{deux}/fermeture": fin,
        f"/v1/contrats/{contrat['id']}/incidents": INCIDENT,
    }
    for adresse, corps in actes.items():
        assert (await intrus.post(adresse, json=corps)).status_code == 404, adresse
    corps = {"contrat_id": contrat["id"], "nature": "plainte", "objet": "O", "texte": "T"}
    refus = await intrus.post("/v1/differends", json={**corps, "survenu_le": "2026-09-09"})
    assert refus.status_code == 404
