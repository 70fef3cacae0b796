"""L'évaluation du rendement par son API, sur PostgreSQL : CI-21."""

from typing import Any

import pytest

from services.courtier.tests.marche import Corps, Marche, organisme

pytestmark = pytest.mark.integration

CRITERES = (
    *("disponibilite", "assistance", "securite", "entree", "formation", "changements"),
    *("facturation", "collaboration", "sortie"),
)
NOTES = [{"critere": code, "note": "satisfaisant"} for code in CRITERES]
RAPPORT: Corps = {
    "rendement": "insatisfaisant",
    "signe_le": "2028-10-20",
    "remis_le": "2028-10-21",
    "document": {"titre": "Rapport d'évaluation", "empreinte": "d" * 64},
}
COMMENTAIRES: Corps = {
    "recus_le": "2028-11-10",
    "document": {"titre": "Commentaires", "empreinte": "e" * 64},
}
DECISION: Corps = {
    "rendement": "insatisfaisant",
    "signee_le": "2028-11-20",
    "document": {"titre": "Décision", "empreinte": "7" * 64},
}


async def _fin(marche: Marche) -> str:
    """Le chemin de l'évaluation de fin d'un contrat conclu."""
    contrat = await marche.conclu()
    siennes = await marche.gestionnaire.get(f"/v1/contrats/{contrat['id']}/evaluations")
    [evaluation] = siennes.json()["elements"]
    return f"/v1/evaluations/{evaluation['id']}"


async def _pose(marche: Marche, chemin: str, corps: Corps | None = None) -> Corps:
    rendu = await marche.gestionnaire.post(chemin, json=corps or {})
    assert rendu.status_code == 200, rendu.text
    lu: Corps = rendu.json()
    return lu


async def _annoncee(marche: Marche, contrat: Corps, rendue: Corps) -> None:
    """Rendue, fût-ce tard, l'annuelle s'annonce une fois, sans ses notes."""
    assert (rendue["etat"], rendue["annuelle"]["tardive"]) == ("rendue", True)
    [produite] = await marche.banc.sortants("évaluation.produite")
    assert produite.donnees == {
        "contrat_id": contrat["id"],
        "dossier_id": contrat["dossier_id"],
        "organisme": "MTQ",
        "evaluation_id": rendue["id"],
        "fournisseur_id": rendue["fournisseur_id"],
        "nature": "annuelle",
        "rendement": None,
        "par_silence": False,
    }


async def test_ci_21_l_annuelle_se_demande_se_relance_et_se_rend(marche: Marche) -> None:
    contrat = await marche.conclu()
    chemin = f"/v1/contrats/{contrat['id']}/evaluations"
    trop_tot = await marche.courtier.post(chemin, json={"annee": 2026})
    assert (trop_tot.status_code, trop_tot.json()["regle"]) == (409, "CI-21")

    marche.banc.horloge.aller("2027-01-11T09:00-05:00")
    demandee = await marche.courtier.post(chemin, json={"annee": 2026})
    assert demandee.status_code == 201, demandee.text
    une = demandee.headers["Location"]
    assert demandee.json()["attendue_le"] == "2027-02-10"
    assert [c["code"] for c in demandee.json()["annuelle"]["criteres"]] == list(CRITERES)
    assert await marche.obligations("evaluation_annuelle") == [("2027-02-10", "due")]
    encore = await marche.courtier.post(chemin, json={"annee": 2026})
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-21")

    marche.banc.horloge.aller("2027-02-11T09:00-05:00")
    manque = await marche.courtier.get("/v1/evaluations", params={"en_retard": "true"})
    assert [e["nature"] for e in manque.json()["elements"]] == ["annuelle"]
    relancee = await marche.courtier.post(f"{une}/relance")
    assert [r["par"] for r in relancee.json()["annuelle"]["relances"]] == ["courtier-1"]

    for notes, code in (
        (NOTES[1:], "manquants"),
        ([*NOTES, NOTES[0]], "repetes"),
        ([*NOTES, {"critere": "autre", "note": "satisfaisant"}], "inconnus"),
    ):
        refus = await marche.gestionnaire.post(f"{une}/reponse", json={"reponses": notes})
        assert refus.status_code == 409
        assert refus.json()["details"][code]
    muette = [{"critere": CRITERES[0], "note": "insatisfaisant"}, *NOTES[1:]]
    refus = await marche.gestionnaire.post(f"{une}/reponse", json={"reponses": muette})
    assert refus.json()["details"] == {"criteres": [CRITERES[0]]}
    rendue = await _pose(marche, f"{une}/reponse", {"reponses": NOTES})
    assert await marche.obligations("evaluation_annuelle") == [("2027-02-10", "remplie")]
    deux_fois = await marche.gestionnaire.post(f"{une}/reponse", json={"reponses": NOTES})
    assert deux_fois.status_code == 409
    await _annoncee(marche, contrat, rendue)
    assert (await marche.courtier.post(f"{une}/relance")).status_code == 409


async def test_ci_21_une_campagne_demande_une_fois(marche: Marche) -> None:
    await marche.conclu()
    marche.banc.horloge.aller("2026-12-01T09:00-05:00")
    premiere = await marche.courtier.post("/v1/evaluations/campagnes", json={"annee": 2026})
    assert premiere.json() == {"annee": 2026, "demandees": 1, "deja": 0, "suivant": None}
    seconde = await marche.courtier.post("/v1/evaluations/campagnes", json={"annee": 2026})
    assert seconde.json() == {"annee": 2026, "demandees": 0, "deja": 1, "suivant": None}
    a_venir = await marche.courtier.post("/v1/evaluations/campagnes", json={"annee": 2027})
    assert (a_venir.status_code, a_venir.json()["regle"]) == (409, "CI-21")
    assert len(await marche.obligations("evaluation_annuelle")) == 1


async def test_ci_21_de_la_fin_a_la_transmission(marche: Marche) -> None:
    une = await _fin(marche)
    assert await marche.obligations("evaluation_fin") == [("2028-11-29", "due")]
    marche.banc.horloge.aller("2028-10-25T09:00-04:00")
    rapportee = await _pose(marche, f"{une}/rapport", RAPPORT)
    assert (rapportee["etat"], rapportee["de_fin"]["decision_au"]) == ("rapportee", "2028-12-24")
    assert await marche.obligations("evaluation_fin") == [("2028-11-29", "remplie")]
    assert await marche.obligations("commentaires") == [("2028-11-24", "due")]

    marche.banc.horloge.aller("2028-11-21T09:00-05:00")
    commentee = await _pose(marche, f"{une}/commentaires", COMMENTAIRES)
    # Inscrits le 21, quel que soit le jour où ils furent reçus : le dirigeant a ses trente jours.
    assert commentee["de_fin"]["decision_au"] == "2028-12-21"
    assert await marche.obligations("commentaires") == [("2028-11-24", "remplie")]
    assert await marche.obligations("decision") == [
        ("2028-12-24", "abandonnee"),
        ("2028-12-21", "due"),
    ]
    assert await marche.banc.sortants("évaluation.produite") == []
    decidee = await _pose(marche, f"{une}/decision", DECISION)
    assert decidee["de_fin"]["conclusion"] == {
        "rendement": "insatisfaisant",
        "par_silence": False,
    }
    assert await marche.obligations("transmission_evaluation") == [("2028-11-27", "due")]
    transmise = await _pose(marche, f"{une}/transmission")
    [produite] = await marche.banc.sortants("évaluation.produite")
    assert (produite.donnees["evaluation_id"], produite.donnees["nature"]) == (une[-36:], "fin")
    assert produite.donnees["rendement"] == "insatisfaisant"
    assert (transmise["etat"], transmise["attendue_le"]) == ("transmise", None)
    assert await marche.obligations("transmission_evaluation") == [("2028-11-27", "remplie")]
    assert (await marche.courtier.get(une)).json() == transmise


async def test_ci_21_le_silence_du_dirigeant_est_dit_jamais_ecrit_d_avance(marche: Marche) -> None:
    une = await _fin(marche)
    marche.banc.horloge.aller("2028-10-25T09:00-04:00")
    await _pose(marche, f"{une}/rapport", RAPPORT)
    aucun = await marche.gestionnaire.post(f"{une}/commentaires", json={})
    assert "24 novembre 2028" in aucun.json()["detail"]
    marche.banc.horloge.aller("2028-12-24T09:00-05:00")
    attente = (await marche.gestionnaire.get(une)).json()
    assert attente["de_fin"]["conclusion"] is None
    marche.banc.horloge.aller("2028-12-25T09:00-05:00")
    silence = (await marche.gestionnaire.get(une)).json()
    assert silence["de_fin"]["conclusion"] == {"rendement": "satisfaisant", "par_silence": True}
    assert (silence["version"], silence["etat"]) == (attente["version"], "rapportee")
    for signee_le in ("2028-12-25", "2028-12-24"):
        corps = {**DECISION, "signee_le": signee_le}
        tard = await marche.gestionnaire.post(f"{une}/decision", json=corps)
        assert (tard.status_code, tard.json()["regle"]) == (409, "CI-21")
    assert await marche.banc.sortants("évaluation.produite") == []
    assert await marche.banc.tache("silences") == 2
    for nature in ("commentaires", "decision"):
        assert [etat for _, etat in await marche.obligations(nature)] == ["abandonnee"]
    assert await marche.banc.tache("silences") == 0


async def test_ci_21_l_evaluation_conclue_par_silence_se_produit_et_se_transmet(
    marche: Marche,
) -> None:
    une = await _fin(marche)
    marche.banc.horloge.aller("2028-10-25T09:00-04:00")
    await _pose(marche, f"{une}/rapport", RAPPORT)
    marche.banc.horloge.aller("2028-12-24T09:00-05:00")
    assert await marche.banc.tache("evaluations_tues") == 0
    marche.banc.horloge.aller("2028-12-28T09:00-05:00")
    tue = (await marche.gestionnaire.get(une)).json()
    assert tue["de_fin"]["actes_permis"] == [], "ni commenter, ni décider"
    tard = await marche.gestionnaire.post(f"{une}/commentaires", json=COMMENTAIRES)
    assert (tard.status_code, tard.json()["regle"]) == (409, "CI-21")
    assert await marche.banc.tache("evaluations_tues") == 1
    assert await marche.banc.tache("evaluations_tues") == 0
    [produite] = await marche.banc.sortants("évaluation.produite")
    assert (produite.donnees["rendement"], produite.donnees["par_silence"]) == (
        "satisfaisant",
        True,
    )
    acquise = (await marche.gestionnaire.get(une)).json()
    assert (acquise["etat"], acquise["de_fin"]["actes_permis"]) == ("acquise", ["transmission"])
    assert acquise["de_fin"]["silence"]["acquis_le"] == "2028-12-25"
    assert acquise["de_fin"]["conclusion"] == {"rendement": "satisfaisant", "par_silence": True}
    for nature in ("commentaires", "decision"):
        assert [etat for _, etat in await marche.obligations(nature)] == ["abandonnee"]
    ((due_le, etat),) = await marche.obligations("transmission_evaluation")
    assert (due_le, etat) == (acquise["attendue_le"], "due")
    assert (await _pose(marche, f"{une}/transmission"))["etat"] == "transmise"
    assert await marche.obligations("transmission_evaluation") == [(due_le, "remplie")]


async def test_ci_21_recus_a_temps_inscrits_apres_les_commentaires_ne_manquent_pas(
    marche: Marche,
) -> None:
    une = await _fin(marche)
    marche.banc.horloge.aller("2028-10-25T09:00-04:00")
    await _pose(marche, f"{une}/rapport", RAPPORT)
    marche.banc.horloge.aller("2028-12-01T09:00-05:00")
    assert await marche.banc.tache("silences") == 1
    await _pose(marche, f"{une}/commentaires", {**COMMENTAIRES, "recus_le": "2028-11-20"})
    assert await marche.obligations("commentaires") == [
        ("2028-11-24", "abandonnee"), ("2028-11-24", "remplie")
    ]  # fmt: skip


async def test_ci_21_un_rapport_inscrit_tard_n_a_fait_courir_aucun_delai(marche: Marche) -> None:
    une = await _fin(marche)
    marche.banc.horloge.aller("2028-12-15T09:00-05:00")
    rapport = await _pose(marche, f"{une}/rapport", RAPPORT)
    assert rapport["de_fin"]["conclusion"] is None
    assert rapport["de_fin"]["decision_au"] == "2029-02-13"
    [obligation] = (
        await marche.gestionnaire.get("/v1/obligations", params={"nature": "evaluation_fin"})
    ).json()["elements"]
    assert (obligation["etat"], obligation["tardive"]) == ("remplie", True)


@pytest.mark.parametrize(
    ("acte", "corps"),
    [
        ("rapport", {**RAPPORT, "signe_le": "2028-09-30"}),
        ("rapport", {**RAPPORT, "remis_le": "2028-10-19"}),
        ("rapport", {**RAPPORT, "remis_le": "2028-10-26"}),
        ("commentaires", COMMENTAIRES),
        ("decision", DECISION),
        ("transmission", {}),
    ],
)
async def test_ci_21_rien_avant_ce_qui_le_permet_ni_a_venir(
    marche: Marche, acte: str, corps: Corps
) -> None:
    une = await _fin(marche)
    marche.banc.horloge.aller("2028-10-25T09:00-04:00")
    avant = (await marche.gestionnaire.get(une)).json()
    refus = await marche.gestionnaire.post(f"{une}/{acte}", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-21")
    assert (await marche.gestionnaire.get(une)).json() == avant


async def test_ci_21_le_dirigeant_decide_lui_meme_ou_par_sa_piece(marche: Marche) -> None:
    une = await _fin(marche)
    marche.banc.horloge.aller("2028-11-21T09:00-05:00")
    await _pose(marche, f"{une}/rapport", RAPPORT)
    await _pose(marche, f"{une}/commentaires", COMMENTAIRES)
    nue = {nom: v for nom, v in DECISION.items() if nom != "document"}
    refus = await marche.gestionnaire.post(f"{une}/decision", json=nue)
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-21")
    machine = marche.banc.client("gestionnaire", "integration", organisme="MTQ")
    assert (await machine.post(f"{une}/decision", json=DECISION)).status_code == 403
    dirigeant = marche.banc.client("dirigeant", organisme="MTQ", sujet="dg-mtq")
    signee = await dirigeant.post(f"{une}/decision", json=nue)
    assert signee.json()["de_fin"]["decision"]["visa"]["par"] == "dg-mtq"


async def test_ci_21_une_dispense_se_motive_et_un_organisme_non_assujetti_n_en_doit_pas(
    marche: Marche,
) -> None:
    une = await _fin(marche)
    dispensee = await _pose(marche, f"{une}/dispense", {"motif": "Non requise."})
    assert (dispensee["etat"], dispensee["attendue_le"]) == ("non_requise", None)
    assert await marche.obligations("evaluation_fin") == [("2028-11-29", "abandonnee")]
    marche.banc.horloge.aller("2028-10-25T09:00-04:00")
    assert (await _pose(marche, f"{une}/rapport", RAPPORT))["etat"] == "rapportee"


async def test_ci_21_sans_rcti_nulle_evaluation_de_fin(marche: Marche) -> None:
    await marche.banc.recevoir(organisme("MTQ", assujetti_rcti=False), sequence=2)
    await marche.conclu()
    assert (await marche.courtier.get("/v1/evaluations")).json()["elements"] == []


async def test_ci_21_d_un_autre_organisme_introuvable(marche: Marche) -> None:
    une = await _fin(marche)
    intrus = marche.banc.client("gestionnaire", "dirigeant", organisme="SQ")
    assert (await intrus.get(une)).status_code == 404
    assert (await intrus.get("/v1/evaluations")).json()["elements"] == []
    actes: dict[str, dict[str, Any]] = {
        "rapport": RAPPORT, "commentaires": COMMENTAIRES, "decision": DECISION,
        "dispense": {"motif": "Non."}, "transmission": {}, "reponse": {"reponses": NOTES},
    }  # fmt: skip
    for acte, corps in actes.items():
        assert (await intrus.post(f"{une}/{acte}", json=corps)).status_code == 404
    annuelle = await marche.courtier.post(f"{une}/relance")
    assert (annuelle.status_code, annuelle.json()["regle"]) == (409, "CI-21")
