"""L'inventaire d'un organisme au soir d'un jour, et qui le tient (TEL-2), par l'API."""

import csv
import io
from typing import Any

import httpx
import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration

CHEMIN = "/v1/organismes/MTQ/inventaires"


async def livrer(parcours: Parcours, combien: int = 1) -> list[str]:
    """Des actifs livrés maintenant."""
    articles = [{"produit": "PORTABLE-14", "quantite": combien}]
    demande = await parcours.prise_en_charge(articles=articles)
    for article in demande["articles"]:
        demande = await parcours.agir(parcours.csc, demande, "livraison", article_id=article["id"])
    return [article["actif_id"] for article in demande["articles"]]


async def lus(parcours: Parcours, le: str | None = None, limite: int = 200) -> list[dict[str, Any]]:
    """Tout l'inventaire, lot après lot."""
    requete: dict[str, Any] = {"limite": limite, **({"le": le} if le else {})}
    elements: list[dict[str, Any]] = []
    while True:
        reponse = await parcours.csc.get(CHEMIN, params=requete)
        assert reponse.status_code == 200, reponse.text
        assert len(reponse.json()["elements"]) <= limite
        elements += reponse.json()["elements"]
        if (suivant := reponse.json()["suivant"]) is None:
            return elements
        requete |= {"apres": suivant}


async def ids(parcours: Parcours, le: str | None = None, limite: int = 200) -> set[str]:
    return {present["actif_id"] for present in await lus(parcours, le, limite)}


async def agir(qui: httpx.AsyncClient, actif: str, acte: str, **corps: str) -> httpx.Response:
    return await qui.post(f"/v1/actifs/{actif}/{acte}", json=corps)


async def test_tel_2_chaque_jour_a_son_inventaire_a_chaque_vie_d_un_actif(
    parcours: Parcours,
) -> None:
    """Livré le 1er, déplacé le 5, récupéré le 10; un autre, livré le 10, y est encore le 20."""
    (ancien,) = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-10T14:00Z")
    (nouveau,) = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    await agir(parcours.csc, ancien, "deplacement", site="QC-700RL", fait_le="2026-09-05")
    await agir(parcours.csc, ancien, "recuperation", fait_le="2026-09-10")
    assert await ids(parcours, "2026-08-31") == set()
    assert await ids(parcours, "2026-09-01") == {ancien}
    assert await ids(parcours, "2026-09-09") == {ancien}
    assert await ids(parcours, "2026-09-10") == await ids(parcours) == {nouveau}
    (avant,), (apres,) = await lus(parcours, "2026-09-04"), await lus(parcours, "2026-09-05")
    assert (avant["site"], apres["site"]) == (None, "QC-700RL")
    assert apres["libelle"]


async def test_tel_2_une_rectification_change_ce_qu_on_sait_d_un_jour_passe(
    parcours: Parcours,
) -> None:
    (actif,) = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    await agir(parcours.csc, actif, "recuperation", fait_le="2026-09-10")
    (dit,) = await parcours.banc.sortants("actif.récupéré")
    nul = {"actes": [{"acte_id": str(dit.id), "survenu_le": None}], "motif": "Erreur de saisie."}
    assert await ids(parcours, "2026-09-15") == set()
    rendu = await parcours.csc.post(f"/v1/actifs/{actif}/rectification", json=nul)
    assert rendu.status_code == 200, rendu.text
    assert await ids(parcours, "2026-09-15") == {actif}


async def test_tel_2_le_csv_dit_tout_l_inventaire_que_le_json_pagine(
    parcours: Parcours,
) -> None:
    actifs = set(await livrer(parcours, 5))
    assert await ids(parcours, limite=2) == actifs
    en_csv = {"Accept": "text/csv"}
    reponse = await parcours.csc.get(CHEMIN, params={"limite": 2}, headers=en_csv)
    rangees = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert {rangee["actif_id"] for rangee in rangees} == actifs
    assert {rangee["organisme"] for rangee in rangees} == {"MTQ"}


async def test_tel_2_ni_a_venir_ni_d_un_autre(parcours: Parcours) -> None:
    refus = await parcours.csc.get(CHEMIN, params={"le": "2026-12-01"})
    assert (refus.status_code, refus.json()["regle"]) == (409, "TEL-2")
    autre = parcours.banc.client("gestionnaire", organisme="MSSS")
    assert (await autre.get(CHEMIN)).status_code == 404
    assert (await parcours.csc.get("/v1/organismes/INCONNU/inventaires")).status_code == 404


async def test_tel_2_l_organisme_deplace_les_siens_aujourd_hui_et_n_antidate_pas(
    parcours: Parcours,
) -> None:
    (actif,) = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    antidate = await agir(gestionnaire, actif, "deplacement", site="QC-700RL", fait_le="2026-09-05")
    assert (antidate.status_code, antidate.json()["regle"]) == (409, "DEM-12")
    fait = await agir(gestionnaire, actif, "deplacement", site="QC-700RL")
    assert (fait.status_code, fait.json()["site"]) == (200, "QC-700RL")
    autre = parcours.banc.client("gestionnaire", organisme="MSSS")
    assert (await agir(autre, actif, "deplacement", site="QC-1")).status_code == 404
