"""Les avenants par l'API, sur PostgreSQL (CI-16, CI-17)."""

import asyncio
from typing import Any

import pytest

from services.courtier.tests.acquisitions import offre_voulue
from services.courtier.tests.contrat_signe import AVENANT, Conclu, conclure
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration


async def test_ci_16_l_avenant_qui_depasse_le_budget_du_dossier_attend_le_sien(
    marche: Marche,
) -> None:
    """50 000 $ au dossier; 220 boîtes dès le septième mois portent le contrat à 52 500 $."""
    conclu = await conclure(marche)
    quantites = [
        {"offre_id": conclu.offre_id, "composante": "base",
         "quantites": [{"du_mois": 7, "au_mois": 24, "quantite": 220}]}
    ]  # fmt: skip
    prepare = await conclu.preparer(quantites=quantites)
    assert prepare.json()["montant_apres"] == "52500.00", prepare.text
    chemin = f"{conclu.chemin}/avenants/{prepare.json()['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    signature = {"partie": "client", "avenant": AVENANT}
    refus = await marche.signataire.post(f"{chemin}/signature", json=signature)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-16"), refus.text
    assert refus.json()["details"] == {"montant": "52500.00", "autorise": "50000.00"}
    corps = {"montant": "52500.00", "date": marche.jour, "empreinte": "8" * 64}
    vide = await marche.gestionnaire.post(f"{chemin}/budget", json={**corps, "montant": "-1"})
    assert vide.status_code == 422
    intrus = marche.banc.client("gestionnaire", organisme="SQ")
    assert (await intrus.post(f"{chemin}/budget", json=corps)).status_code == 404
    consigne = await marche.gestionnaire.post(f"{chemin}/budget", json=corps)
    assert consigne.json()["budget"]["montant"] == "52500.00", consigne.text
    signe = await marche.signataire.post(f"{chemin}/signature", json=signature)
    assert signe.status_code == 200, signe.text


async def test_ci_14_une_baisse_tient_le_minimum_de_la_version_signee(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], None, engagement={"quantite_minimale": 30})
    base = {"code": "base", "libelle": "Base", "unite": "unite", "periodicite": "mois",
            "prix": "12.50"}  # fmt: skip
    modalites = {"paiement": "par_periode", "baisse_permise": True}
    await marche.prix(offre_id, {"composantes": [base], "modalites": modalites})
    dossier = await marche.acquisition(entente["id"], offre_voulue(offre_id))
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    conclu = Conclu(marche, await marche.conclure(contrat), autre="")

    async def baisser(quantite: int) -> int:
        revue = {"du_mois": 7, "au_mois": 24, "quantite": quantite}
        quantites = [{"offre_id": offre_id, "composante": "base", "quantites": [revue]}]
        rendu = await conclu.preparer(quantites=quantites)
        assert rendu.status_code == 201 or rendu.json()["regle"] == "CI-14", rendu.text
        return rendu.status_code

    assert [await baisser(29), await baisser(30)] == [409, 201]


ABSENT = "00000000-0000-7000-8000-000000000000"


def _ajoutee(offre_id: str, quantite: int) -> dict[str, Any]:
    return {"offre_id": offre_id, "composantes": [{"code": "base", "quantite": quantite}]}


async def test_ci_17_un_avenant_conclu_change_le_contrat(marche: Marche) -> None:
    conclu = await conclure(marche)
    signe = await conclu.conclure()
    # 20 unités × 12,50 $ × 18 mois.
    assert (signe["etat"], signe["ajout"], signe["montant_apres"]) == (
        "signe", "4500.00", "16500.00"
    )  # fmt: skip
    lu = (await marche.gestionnaire.get(conclu.chemin)).json()
    assert (lu["montant"], lu["courants"]["montant"], lu["avenants"]) == (
        "12000.00", "16500.00", 1
    )  # fmt: skip
    [base] = lu["courants"]["elements"][0]["composantes"]
    assert base["quantites"] == [
        {"du_mois": 1, "au_mois": 6, "quantite": 40},
        {"du_mois": 7, "au_mois": 24, "quantite": 60},
    ]
    [publie] = await marche.banc.sortants("avenant.signé")
    assert (publie.cle, publie.donnees["avenant_id"]) == (conclu.corps["id"], signe["id"])
    assert publie.donnees["montant"] == "4500.00"
    liste = await marche.gestionnaire.get(f"{conclu.chemin}/avenants")
    assert [a["numero"] for a in liste.json()["elements"]] == [1]


async def test_ci_16_la_copie_de_l_avenant_se_transmet(marche: Marche) -> None:
    conclu = await conclure(marche)
    signe = await conclu.conclure()
    assert signe["signature_fournisseur"]["copie_due_le"] == "2026-09-17"
    chemin = f"{conclu.chemin}/avenants/{signe['id']}"
    copie = await marche.gestionnaire.post(f"{chemin}/copie", json={})
    assert (copie.status_code, copie.json()["actes_permis"]) == (200, [])
    [publie] = await marche.banc.sortants("copie.transmise")
    assert publie.donnees["document_id"] == signe["id"]
    dues = await marche.gestionnaire.get("/v1/obligations", params={"nature": "copie"})
    assert {(o["objet_id"], o["etat"]) for o in dues.json()["elements"]} == {
        (signe["id"], "remplie"), (conclu.corps["id"], "due")
    }  # fmt: skip


async def test_ci_17_au_dela_de_dix_pour_cent_le_supplement_se_publie(marche: Marche) -> None:
    """Le premier avenant fait atteindre le seuil de publication; le second est un supplément."""
    conclu = await conclure(marche)

    async def dues(nature: str) -> list[str]:
        lues = await marche.gestionnaire.get("/v1/obligations", params={"nature": nature})
        return [due["due_le"] for due in lues.json()["elements"]]

    element = _ajoutee(conclu.autre, 30)
    signe = await conclu.conclure(quantites=[], offres=[element], du_mois=1)
    assert signe["ajout"] == "18000.00"
    assert len(await dues("seao_conclusion")) == 1
    assert await dues("seao_supplement") == []
    await conclu.conclure(avenant="4d" * 32)
    assert await dues("seao_supplement") == ["2026-11-09"]


async def test_ci_17_sous_dix_pour_cent_rien_ne_se_publie(marche: Marche) -> None:
    conclu = await conclure(marche)
    revue = {"du_mois": 7, "au_mois": 24, "quantite": 44}
    quantites = {"offre_id": conclu.offre_id, "composante": "base", "quantites": [revue]}
    await conclu.conclure(quantites=[quantites])
    dues = await marche.gestionnaire.get("/v1/obligations", params={"nature": "seao_supplement"})
    assert dues.json()["elements"] == []


async def test_ci_17_le_dirigeant_autorise_d_abord_au_seuil(marche: Marche) -> None:
    conclu = await conclure(marche)
    offres = [_ajoutee(conclu.autre, 40)]
    corps: dict[str, Any] = {"quantites": [], "offres": offres, "du_mois": 1}
    prepare = (await conclu.preparer(**corps)).json()
    assert prepare["autorisation_exigee"] is True
    chemin = f"{conclu.chemin}/avenants/{prepare['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    client = {"partie": "client", "avenant": AVENANT}
    bloque = await marche.signataire.post(f"{chemin}/signature", json=client)
    assert (bloque.status_code, bloque.json()["regle"]) == (409, "CI-17")
    sans_piece = await marche.gestionnaire.post(f"{chemin}/autorisation", json={})
    assert (sans_piece.status_code, sans_piece.json()["regle"]) == (403, "CI-17")
    dirigeant = marche.banc.client("dirigeant", organisme="MTQ", sujet="dirigeante-mtq")
    autorise = await dirigeant.post(f"{chemin}/autorisation", json={})
    assert autorise.json()["autorisation"]["visa"]["par"] == "dirigeante-mtq"
    signe = await marche.signataire.post(f"{chemin}/signature", json=client)
    assert signe.json()["etat"] == "signe_client"


async def test_ci_17_un_seul_avenant_ouvert_a_la_fois(marche: Marche) -> None:
    conclu = await conclure(marche)
    rendus = await asyncio.gather(*(conclu.preparer() for _ in range(4)))
    assert sorted(r.status_code for r in rendus) == [201, 409, 409, 409]
    assert {r.json()["regle"] for r in rendus if r.status_code == 409} == {"CI-17"}
    [ouvert] = [r.json() for r in rendus if r.status_code == 201]
    chemin = f"{conclu.chemin}/avenants/{ouvert['id']}"
    abandon = await marche.gestionnaire.post(f"{chemin}/abandon", json={"motif": "Renoncé."})
    assert (abandon.json()["etat"], abandon.json()["actes_permis"]) == ("abandonne", [])
    assert (await conclu.preparer()).json()["numero"] == 2


async def test_ci_17_un_contrat_fini_ou_resilie_ne_se_modifie_plus(marche: Marche) -> None:
    conclu = await conclure(marche)
    prepare = (await conclu.preparer()).json()
    await marche.gestionnaire.post(
        f"{conclu.chemin}/resiliation",
        json={
            "effet": "2027-04-01",
            "lettre": {"titre": "Lettre", "empreinte": "d" * 64, "datee_le": "2026-09-10"},
            "motif": "Regroupement.",
        },
    )
    chemin = f"{conclu.chemin}/avenants/{prepare['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    client = {"partie": "client", "avenant": AVENANT}
    refus = await marche.signataire.post(f"{chemin}/signature", json=client)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-17")
    await marche.gestionnaire.post(f"{chemin}/abandon", json={"motif": "Résilié."})
    autre = await conclu.preparer()
    assert (autre.status_code, autre.json()["regle"]) == (409, "CI-17")


@pytest.mark.parametrize(
    ("change", "statut", "regle"),
    [
        ({"conditions": "Une pénalité moindre."}, 409, "CI-17"),
        ({"portee": "La téléphonie aussi."}, 409, "CI-17"),
        ({"duree_mois": 37}, 409, "CI-17"),
        ({"duree_mois": 24}, 409, "CI-17"),
        ({"quantites": []}, 409, "CI-17"),
        ({"offres": [_ajoutee(ABSENT, 1)]}, 404, None),
        ({"duree_mois": 0}, 422, None),
        ({"avenant": "E" * 64}, 422, None),
        ({"accessoire": ""}, 422, None),
        ({"services_professionnels": []}, 422, None),
    ],
)
async def test_ci_17_un_avenant_qui_ne_tient_pas(
    marche: Marche, change: dict[str, Any], statut: int, regle: str | None
) -> None:
    conclu = await conclure(marche)
    refus = await conclu.preparer(**change)
    assert (refus.status_code, refus.json().get("regle")) == (statut, regle), refus.text
    assert (await marche.courtier.get(f"{conclu.chemin}/avenants")).json()["elements"] == []


async def test_ci_19_un_avenant_ne_descend_pas_sous_ce_qui_est_consomme(marche: Marche) -> None:
    """Revu à la préparation, puis à chaque signature : une facture a pu venir entre-temps."""
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], prix=None)
    modalites = {"paiement": "par_periode", "baisse_permise": True}
    base = {"code": "base", "libelle": "Boîte", "unite": "boite", "periodicite": "mois"}
    composantes = [{**base, "prix": "12.50"}]
    await marche.prix(offre_id, {"composantes": composantes, "modalites": modalites})
    dossier = await marche.acquisition(entente["id"], offre_voulue(offre_id))
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    conclu = Conclu(marche, await marche.conclure(contrat), autre="")
    dix = {"du_mois": 1, "au_mois": 24, "quantite": 10}
    quantites = {"offre_id": conclu.offre_id, "composante": "base", "quantites": [dix]}
    reduit = {"quantites": [quantites]}
    facture = {**conclu.facture(montant="3000.01"), "datee_le": marche.jour}
    posee = (await conclu.poser("factures", facture)).json()
    refus = await conclu.preparer(**reduit)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-19"), refus.text
    assert refus.json()["details"] == {"montant": "3000.00", "consomme": "3000.01"}
    annulation = f"factures/{posee['id']}/annulation"
    assert (await conclu.poser(annulation, {"motif": "Une erreur."})).status_code == 200
    prepare = await conclu.preparer(**reduit)
    assert prepare.status_code == 201, prepare.text
    chemin = f"{conclu.chemin}/avenants/{prepare.json()['id']}"
    assert (await marche.gestionnaire.post(f"{chemin}/validation")).status_code == 200
    await conclu.poser("factures", facture)
    signature = {"partie": "client", "avenant": AVENANT}
    tardive = await marche.signataire.post(f"{chemin}/signature", json=signature)
    assert (tardive.status_code, tardive.json()["regle"]) == (409, "CI-19"), tardive.text
    assert (await conclu.consommation())["montant"] == "12000.00"


async def test_l_avenant_d_un_autre_organisme_est_invisible(marche: Marche) -> None:
    conclu = await conclure(marche)
    prepare = (await conclu.preparer()).json()
    intrus = marche.banc.client("gestionnaire", "signataire", "dirigeant", organisme="SQ")
    chemin = f"{conclu.chemin}/avenants/{prepare['id']}"
    assert (await intrus.get(f"{conclu.chemin}/avenants")).status_code == 404
    assert (await intrus.get(chemin)).status_code == 404
    for acte, corps in (
        ("validation", None),
        ("autorisation", {}),
        ("signature", {"partie": "client", "avenant": AVENANT}),
        ("copie", {}),
        ("abandon", {"motif": "Non."}),
    ):
        assert (await intrus.post(f"{chemin}/{acte}", json=corps)).status_code == 404, acte
    assert (await marche.courtier.get(chemin)).json() == prepare
