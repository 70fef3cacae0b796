"""Les données ouvertes par leur API, sur PostgreSQL : CI-25."""

import re
from datetime import date
from typing import Any

import pytest

from services.courtier.tests.integration.test_courtier_seao import (
    CONCLUSION,
    conclu,
    lire,
    modifier,
)
from services.courtier.tests.marche import EMPREINTES, Marche

pytestmark = pytest.mark.integration

RELEASES = "/v1/ocds/releases"


async def test_ci_25_le_meme_ocid_a_chaque_revision_et_l_ancien_y_mene(marche: Marche) -> None:
    chemin = await conclu(marche)
    [avant] = (await lire(marche.courtier, RELEASES))["releases"]
    assert avant["ocid"] == f"ocds-sbgmcn-{chemin.split('/')[3]}"
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    corps = {**CONCLUSION, "reference": "MTQ-2026-118", "titre": "Courriel du ministère"}
    assert (await marche.gestionnaire.post(chemin, json=corps)).status_code == 200
    await modifier(marche, chemin, "34000.00", date(2029, 1, 1))

    publiees = (await lire(marche.courtier, RELEASES))["releases"]
    assert [r["ocid"] for r in publiees] == ["ocds-ec9k95-20145160"] * 2
    assert [r["tag"] for r in publiees] == [["award", "contract"], ["contractUpdate"]]
    assert publiees[0]["tender"]["id"] == "MTQ-2026-118"
    assert publiees[0]["tender"]["title"] == "Courriel du ministère"
    assert [r["contracts"][0]["value"]["amount"] for r in publiees] == [30_000, 34_000]

    for ocid in ("ocds-ec9k95-20145160", avant["ocid"]):
        [archive] = (await lire(marche.courtier, f"/v1/ocds/records/{ocid}"))["records"]
        assert (archive["ocid"], archive["releases"]) == ("ocds-ec9k95-20145160", publiees)
        assert archive["compiledRelease"]["contracts"][0]["value"]["amount"] == 34_000
        montants = archive["versionedRelease"]["contracts"][0]["value"]["amount"]
        assert [m["value"] for m in montants] == [30_000, 34_000]


async def test_ci_25_la_fin_venue_l_archive_ne_dit_plus_actif(marche: Marche) -> None:
    chemin = await conclu(marche)
    adresse = f"/v1/ocds/records/ocds-sbgmcn-{chemin.split('/')[3]}"
    for le, etat, combien in (
        ("2028-09-30T23:59-04:00", "active", 1),
        ("2028-10-01T00:00-04:00", "terminated", 2),
    ):
        marche.banc.horloge.aller(le)
        [archive] = (await lire(marche.courtier, adresse))["records"]
        assert archive["compiledRelease"]["contracts"][0]["status"] == etat
        assert len(archive["releases"]) == combien
    # Ce qui se consigne seulement se liste, et entre au fichier d'un mois.
    assert len((await lire(marche.courtier, RELEASES))["releases"]) == 1


async def test_ci_25_rien_que_le_seao_ne_publie(marche: Marche) -> None:
    """Ni prix, ni offre, ni pièce, ni personne; un organisme n'y lit que les siens."""
    chemin = await conclu(marche)
    marche.banc.horloge.aller("2026-10-02T09:00-04:00")
    await marche.gestionnaire.post(chemin, json=CONCLUSION)
    textes = [
        (await marche.courtier.get(adresse)).text
        for adresse in (
            RELEASES,
            "/v1/ocds/ententes-cadres",
            "/v1/ocds/records/ocds-ec9k95-20145160",
            "/v1/ocds/mensuels/2026-09",
        )
    ]
    tus = ("12.5", "Courriel boréal", "Boîte de 50 Go", "NB-204", "NB-007", "NB-CG-1", "AM-14")
    personnes = ("gestionnaire-mtq", "signataire-mtq", "courtier-1", "soutien")
    for tu in (*tus, *personnes, *EMPREINTES.values(), "aucun"):
        assert [t for t in textes if tu in t] == [], tu
    assert all("Nuage boréal inc." in t for t in textes), "l'essai lit bien la sortie"

    autre = marche.banc.client("gestionnaire", organisme="SQ", sujet="gestionnaire-sq")
    assert (await lire(autre, RELEASES))["releases"] == []
    assert (await lire(autre, "/v1/ocds/mensuels/2026-09"))["releases"] == []
    refus = await autre.get("/v1/ocds/records/ocds-ec9k95-20145160")
    assert (refus.status_code, refus.json()["regle"]) == (404, "CI-25")
    assert (await autre.get(f"{RELEASES}?organisme=MTQ")).status_code == 404


async def test_ci_25_un_contrat_qui_ne_se_publie_pas_n_est_pas_ouvert(marche: Marche) -> None:
    chemin = await conclu(marche, quantite=80)
    assert (await lire(marche.courtier, RELEASES))["releases"] == []
    ancien = f"/v1/ocds/records/ocds-sbgmcn-{chemin.split('/')[3]}"
    assert (await marche.courtier.get(ancien)).status_code == 404
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    await marche.gestionnaire.post(chemin, json=CONCLUSION)
    assert len((await lire(marche.courtier, RELEASES))["releases"]) == 1


async def test_ci_25_une_page_mene_a_la_suivante(marche: Marche) -> None:
    chemin = await conclu(marche)
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    await modifier(marche, chemin, "34000.00", date(2029, 1, 1))
    toutes = (await lire(marche.courtier, RELEASES))["releases"]
    suivies: list[Any] = []
    adresse: str | None = f"{RELEASES}?limite=1"
    while adresse:
        page = await marche.courtier.get(adresse)
        suivies += page.json()["releases"]
        lien = re.fullmatch('<(.+)>; rel="next"', page.headers.get("link", ""))
        adresse = lien and lien[1]
    assert suivies == toutes
    assert len(toutes) == 2


async def test_ci_25_le_fichier_d_un_mois_fini(marche: Marche) -> None:
    chemin = await conclu(marche)
    trop_tot = await marche.courtier.get("/v1/ocds/mensuels/2026-09")
    assert (trop_tot.status_code, trop_tot.json()["regle"]) == (404, "CI-25")
    marche.banc.horloge.aller("2026-10-01T00:00-04:00")
    reponse = await marche.courtier.get("/v1/ocds/mensuels/2026-09")
    assert reponse.headers["content-disposition"].endswith('"mensuel_20260901_20260930.json"')
    paquet = reponse.json()
    assert (paquet["version"], paquet["publishedDate"]) == ("1.1", "2026-10-01T00:00:00-04:00")
    assert paquet["releases"] == (await lire(marche.courtier, RELEASES))["releases"]
    await modifier(marche, chemin, "34000.00", date(2029, 1, 1))
    assert (await marche.courtier.get("/v1/ocds/mensuels/2026-09")).json() == paquet
    assert (await lire(marche.courtier, "/v1/ocds/mensuels/2026-08"))["releases"] == []


async def test_ci_25_les_ententes_cadres_aussi(marche: Marche) -> None:
    await conclu(marche)
    [release] = (await lire(marche.courtier, "/v1/ocds/ententes-cadres"))["releases"]
    assert (release["tender"]["id"], release["buyer"]["id"]) == ("EC-1", "OP-MCN")
    [archive] = (await lire(marche.courtier, f"/v1/ocds/records/{release['ocid']}"))["records"]
    assert archive["releases"] == [release]


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [
        ("/v1/ocds/records/1740136", 422),
        ("/v1/ocds/records/ocds-ec9k95-99999", 404),
        ("/v1/ocds/records/ocds-sbgmcn-00000000-0000-7000-8000-000000000000", 404),
        ("/v1/ocds/records/ocds-autre1-20145160", 404),
        ("/v1/ocds/mensuels/2026-13", 422),
        ("/v1/ocds/releases?du=hier", 422),
        ("/v1/ocds/releases?limite=0", 422),
        ("/v1/ocds/ententes-cadres?curseur=rien", 400),
    ],
)
async def test_ci_25_ce_qui_se_lit_mal_se_refuse(marche: Marche, adresse: str, statut: int) -> None:
    refus = await marche.courtier.get(adresse)
    assert refus.status_code == statut, refus.text
