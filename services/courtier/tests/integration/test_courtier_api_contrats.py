"""Le contrat spécifique par son API, sur PostgreSQL : CI-14 à CI-17."""

from typing import Any

import pytest

from services.courtier.tests.acquisitions import Acquisition, offre_voulue, periodes
from services.courtier.tests.marche import EMPREINTES, Marche

pytestmark = pytest.mark.integration

CLIENT = {"partie": "client", **EMPREINTES}
FOURNISSEUR = {
    "partie": "fournisseur",
    "signataire": "NB-007",
    "signe_le": "2026-09-08T15:00:00-04:00",
    "contrat": EMPREINTES["contrat"],
    "annexe_modificative": EMPREINTES["annexe_modificative"],
}


async def test_ci_16_de_la_preparation_a_la_copie(marche: Marche) -> None:
    prepare = await marche.contrat()
    assert (prepare["etat"], prepare["montant"], prepare["fin"]) == (
        "prepare", "12000.00", "2028-10-01"
    )  # fmt: skip
    chemin = f"/v1/contrats/{prepare['id']}"

    assert (await marche.gestionnaire.post(f"{chemin}/validation")).json()["etat"] == "valide"
    client = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (client.json()["etat"], client.json()["entree_permise_le"]) == ("signe_client", None)
    assert await marche.banc.sortants("contrat.signé") == []

    marche.banc.horloge.aller("2026-09-09T09:00-04:00")
    signe = (await marche.courtier.post(f"{chemin}/signature", json=FOURNISSEUR)).json()
    assert (signe["etat"], signe["entree_permise_le"]) == ("signe", "2026-10-01")
    assert signe["signature_fournisseur"] == {
        "signataire": "NB-007",
        "le": "2026-09-08T19:00:00Z",
        "consignee": {"par": "courtier-1", "le": "2026-09-09T13:00:00Z"},
        "copie_due_le": "2026-09-15",
    }
    copie = await marche.gestionnaire.post(f"{chemin}/copie", json={})
    assert copie.json()["copie"] == {"par": "gestionnaire-mtq", "le": "2026-09-09T13:00:00Z"}
    assert copie.json()["actes_permis"] == ["resiliation"]
    assert (await marche.gestionnaire.get(chemin)).json() == copie.json()
    [publiee] = await marche.banc.sortants("copie.transmise")
    assert (publiee.cle, publiee.donnees["document_id"]) == (prepare["id"], prepare["id"])
    encore = await marche.gestionnaire.post(f"{chemin}/copie", json={})
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-16")


async def test_ci_20_contrat_signe_porte_les_prix_figes_et_les_deux_signatures(
    marche: Marche,
) -> None:
    prepare = await marche.signe_client()
    marche.banc.horloge.aller("2026-09-09T09:00-04:00")
    await marche.courtier.post(f"/v1/contrats/{prepare['id']}/signature", json=FOURNISSEUR)
    [evenement] = await marche.banc.sortants("contrat.signé")
    assert evenement.cle == prepare["id"]
    assert evenement.survenu_le.isoformat() == "2026-09-08T19:00:00+00:00"
    assert evenement.donnees == {
        "contrat_id": prepare["id"],
        "dossier_id": prepare["dossier_id"],
        "organisme": "MTQ",
        "imputation": None,
        "fournisseur_id": prepare["fournisseur_id"],
        "debut": "2026-10-01",
        "duree_mois": 24,
        "montant": "12000.00",
        "signe_client_le": "2026-09-01T13:00:00Z",
        "signe_fournisseur_le": "2026-09-08T19:00:00Z",
        "elements": [
            {nom: valeur for nom, valeur in element.items() if nom != "du_mois"}
            for element in prepare["elements"]
        ],
    }
    [element] = evenement.donnees["elements"]
    [base] = element["composantes"]
    assert (element["version_offre"], element["version_prix"]) == (2, 1)
    assert (base["code"], base["periodicite"], base["prix"]) == ("base", "mois", "12.50")
    assert base["quantites"] == [{"du_mois": 1, "au_mois": 24, "quantite": 40}]


async def test_ci_16_contrat_signe_une_seule_fois(marche: Marche) -> None:
    contrat = await marche.signe_client()
    marche.banc.horloge.aller("2026-09-09T09:00-04:00")
    chemin = f"/v1/contrats/{contrat['id']}/signature"
    cle = {"Idempotency-Key": "signature-1"}
    premier = await marche.courtier.post(chemin, json=FOURNISSEUR, headers=cle)
    rejeu = await marche.courtier.post(chemin, json=FOURNISSEUR, headers=cle)
    assert (premier.status_code, rejeu.status_code) == (200, 200)
    assert rejeu.content == premier.content
    autre = await marche.courtier.post(chemin, json=FOURNISSEUR)
    assert (autre.status_code, autre.json()["details"]) == (
        409, {"etat": "signe", "actes_permis": ["copie", "resiliation"]}
    )  # fmt: skip
    assert len(await marche.banc.sortants("contrat.signé")) == 1


async def test_ci_16_l_ordre_des_signatures_est_impose(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    for client, acte, corps in (
        (marche.signataire, "signature", CLIENT),
        (marche.courtier, "signature", FOURNISSEUR),
        (marche.gestionnaire, "copie", {}),
    ):
        refus = await client.post(f"{chemin}/{acte}", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-16")
        assert refus.json()["details"] == {
            "etat": "prepare", "actes_permis": ["preparation", "validation", "refus"]
        }  # fmt: skip
    assert (await marche.courtier.get(chemin)).json() == contrat


async def test_ci_16_sans_engagement_ou_avec_un_autre_document_rien_ne_change(
    marche: Marche,
) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    valide = (await marche.gestionnaire.post(f"{chemin}/validation")).json()
    for corps in (
        {nom: v for nom, v in CLIENT.items() if nom != "engagement"},
        {**CLIENT, "contrat": "0" * 64},
    ):
        refus = await marche.signataire.post(f"{chemin}/signature", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-16")
    assert (await marche.courtier.get(chemin)).json() == valide


async def test_ci_15_un_prix_change_bloque_puis_le_courtier_prepare_de_nouveau(
    marche: Marche,
) -> None:
    contrat = await marche.contrat()
    chemin, offre_id = f"/v1/contrats/{contrat['id']}", contrat["elements"][0]["offre_id"]
    await marche.gestionnaire.post(f"{chemin}/validation")
    await marche.cree(f"offres/{offre_id}/prix", {"prix": "13", "en_vigueur_le": "2026-10-01"})
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")

    bloque = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (bloque.status_code, bloque.json()["regle"]) == (409, "CI-15")
    assert bloque.json()["details"]["prix"] == [
        {
            "offre_id": offre_id,
            "composante": "base",
            "changements": ["prix"],
            "prix_prepare": "12.50",
            "prix_publie": "13.00",
            "version_prix": 2,
        }
    ]
    refait = await marche.courtier.post(
        f"{chemin}/preparation", json={c: contrat[c] for c in ("debut", "documents")}
    )
    assert (refait.json()["etat"], refait.json()["montant"]) == ("prepare", "12480.00")
    await marche.gestionnaire.post(f"{chemin}/validation")
    signe = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert signe.json()["etat"] == "signe_client"


async def test_ci_10_apres_un_retour_le_meme_contrat_se_prepare_de_nouveau(
    marche: Marche,
) -> None:
    contrat = await marche.contrat()
    dossier = Acquisition(marche.gestionnaire, marche.courtier, contrat["dossier_id"])
    await dossier.poser("retour", {"etape": 4, "motif": "Les quantités sont à revoir."})
    caduc = await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/validation")
    assert (caduc.status_code, caduc.json()["regle"]) == (409, "CI-16")
    await dossier.contacter(marche.jour)
    await dossier.confirmer(
        marche.jour, budget="9000.00", duree_mois=12, consommation=periodes((1, 12, 40))
    )
    un_autre = await marche.courtier.post("/v1/contrats", json=marche.preparation(dossier.id))
    assert (un_autre.status_code, un_autre.json()["regle"]) == (409, "CI-16")
    refait = await marche.courtier.post(
        f"/v1/contrats/{contrat['id']}/preparation",
        json={c: contrat[c] for c in ("debut", "documents")},
    )
    assert (refait.status_code, refait.json()["montant"]) == (200, "6000.00")


async def test_ci_10_le_contrat_d_un_dossier_clos_ne_se_valide_plus(marche: Marche) -> None:
    contrat = await marche.contrat()
    dossier = Acquisition(marche.gestionnaire, marche.courtier, contrat["dossier_id"])
    await dossier.poser("cloture", {"issue": "sans_suite", "motif": "Le projet est reporté."})
    clos = await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/validation")
    assert (clos.status_code, clos.json()["regle"]) == (409, "CI-10")


async def test_ci_14_ce_qui_n_entre_pas_dans_un_scenario(marche: Marche) -> None:
    entente, autre = await marche.entente(), await marche.entente("EC-2", "1170000002")
    bonne = await marche.offre(entente["id"])
    fautives = {
        "d'un autre fournisseur": await marche.offre(autre["id"]),
        "en analyse": await marche.offre(entente["id"], qualification="en_analyse"),
        "pas de prix": await marche.offre(entente["id"], prix=None),
    }
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([bonne, *fautives.values()])
    for raison, fautive in fautives.items():
        corps = {"titre": "S", "entente_id": entente["id"]}
        offres = [offre_voulue(bonne), offre_voulue(fautive)]
        refus = await dossier.tenter("scenarios", {**corps, "offres": offres})
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-14")
        assert raison in refus.json()["detail"]
        assert refus.json()["details"] == {"offre_id": fautive}
    marche.banc.horloge.aller("2029-04-02T09:00-04:00")
    echue = {"titre": "S", "entente_id": entente["id"], "offres": [offre_voulue(bonne)]}
    refus = await dossier.tenter("scenarios", echue)
    assert "n'est pas en vigueur" in refus.json()["detail"]
    assert (await dossier.lire("/scenarios"))["elements"] == []


@pytest.mark.parametrize(
    ("change", "statut", "regle"),
    [
        ({"debut": "2026-08-31"}, 409, "CI-16"),
        ({"dossier_id": "00000000-0000-7000-8000-000000000000"}, 404, None),
        ({"documents": {**EMPREINTES, "contrat": "A" * 64}}, 422, None),
        ({"services_professionnels": []}, 422, None),
        ({"organisme": "MTQ"}, 422, None),
    ],
)
async def test_un_contrat_mal_prepare_est_refuse(
    marche: Marche, change: dict[str, Any], statut: int, regle: str | None
) -> None:
    entente = await marche.entente()
    dossier = await marche.acquisition(
        entente["id"], offre_voulue(await marche.offre(entente["id"]))
    )
    corps = {**marche.preparation(dossier.id), **change}
    refus = await marche.courtier.post("/v1/contrats", json=corps)
    assert (refus.status_code, refus.json().get("regle")) == (statut, regle)


async def test_le_contrat_d_un_autre_organisme_est_invisible(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    intrus = marche.banc.client("gestionnaire", "signataire", organisme="SQ")
    assert (await intrus.get("/v1/contrats")).json()["elements"] == []
    siens = await intrus.get("/v1/contrats", params={"organisme": "SQ"})
    assert (siens.status_code, siens.json()["elements"]) == (200, [])
    for autre in ("MTQ", "INCONNU"):
        nomme = await intrus.get("/v1/contrats", params={"organisme": autre})
        assert nomme.status_code == 404
    assert (await intrus.get(chemin)).status_code == 404
    assert (await intrus.post(f"{chemin}/validation")).status_code == 404
    assert (await intrus.post(f"{chemin}/signature", json=CLIENT)).status_code == 404
    assert (await intrus.post(f"{chemin}/copie", json={})).status_code == 404
    assert (await marche.courtier.get(chemin)).json() == contrat


async def test_chaque_acte_a_ses_roles(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    preparation = await marche.gestionnaire.post("/v1/contrats", json={})
    assert preparation.status_code == 403
    assert (await marche.courtier.post(f"{chemin}/validation")).status_code == 403
    gestionnaire = await marche.gestionnaire.post(f"{chemin}/signature", json=CLIENT)
    assert gestionnaire.status_code == 403
    for client, corps in ((marche.courtier, CLIENT), (marche.signataire, FOURNISSEUR)):
        refus = await client.post(f"{chemin}/signature", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (403, "CI-16")
    demandeur = marche.banc.client("demandeur", organisme="MTQ")
    assert (await demandeur.get("/v1/contrats")).status_code == 403


async def test_les_contrats_se_filtrent(marche: Marche) -> None:
    contrat = await marche.signe_client()
    for filtre, trouves in (
        ({"etat": "signe_client"}, 1),
        ({"etat": "signe"}, 0),
        ({"organisme": "MTQ", "fournisseur_id": contrat["fournisseur_id"]}, 1),
        ({"organisme": "SQ"}, 0),
        ({"organisme": "INCONNU"}, 0),
    ):
        liste = await marche.courtier.get("/v1/contrats", params=filtre)
        assert len(liste.json()["elements"]) == trouves, filtre
