"""Les usages constatés (CAT-9, DEM-12, DEM-13), par l'API."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration

RELEVE: dict[str, Any] = {
    "organisme": "MTQ",
    "usage": "stockage",
    "unite": "gigaoctet",
    "quantite": "12.5",
    "fait_le": "2026-09-15",
    "reference": "R-1",
}


@pytest.fixture
def compteur(parcours: Parcours) -> httpx.AsyncClient:
    """Une machine du MCN; on est le 20 septembre."""
    parcours.banc.horloge.aller("2026-09-20T16:00Z")
    return parcours.banc.client("integration", sujet="compteur")


async def constater(
    client: httpx.AsyncClient, statut: int = 201, /, **champs: object
) -> dict[str, Any]:
    reponse = await client.post("/v1/usages", json={**RELEVE, **champs})
    assert reponse.status_code == statut, reponse.text
    rendu: dict[str, Any] = reponse.json()
    return rendu


async def test_dem_12_constate_deux_fois_sous_deux_cles_il_ne_compte_qu_une_fois(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    premier = await constater(compteur)
    # Chaque appel du banc a sa propre clé; « 12.50 » est le même nombre.
    assert await constater(compteur) == premier
    assert await constater(compteur, quantite="12.500000") == premier
    (dit,) = await parcours.banc.sortants("usage.constaté")
    assert (dit.cle, dit.donnees["quantite"]) == (premier["id"], "12.5")
    assert dit.survenu_le.isoformat() == "2026-09-16T03:59:59+00:00"
    for autre in ({"quantite": "13"}, {"fait_le": "2026-09-16"}, {"unite": "teraoctet"}):
        refus = await constater(compteur, 409, **autre)
        assert (refus["regle"], refus["details"]["usage_id"]) == ("DEM-12", premier["id"])
    assert await constater(compteur, reference="r-1") == premier
    await constater(compteur, reference="R-2")
    await constater(compteur, fait_le="2026-08-31")
    assert len(await parcours.banc.sortants("usage.constaté")) == 3


async def test_dem_12_constate_ensemble_de_plusieurs_cotes_il_ne_compte_qu_une_fois(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    rendus = await asyncio.gather(*(constater(compteur) for _ in range(6)))
    assert len({rendu["id"] for rendu in rendus}) == 1
    assert len(await parcours.banc.sortants("usage.constaté")) == 1


@pytest.mark.parametrize(
    ("champs", "statut", "regle"),
    [
        ({"fait_le": "2026-09-21"}, 409, "DEM-12"),
        ({"quantite": "1000000.1"}, 409, "CAT-9"),
        ({"unite": "teraoctet"}, 409, "CAT-9"),
        ({"usage": "transfert", "quantite": "100001"}, 409, "CAT-9"),
        ({"organisme": "INCONNU"}, 404, None),
        ({"quantite": "0"}, 422, None),
        ({"quantite": "-1"}, 422, None),
        ({"quantite": 12.5}, 422, None),
        ({"quantite": "12,5"}, 422, None),
        ({"quantite": "1e3"}, 422, None),
        ({"usage": "Stockage en ligne"}, 422, None),
        ({"reference": " "}, 422, None),
    ],
)
async def test_cat_9_ce_qui_ne_se_facture_pas_se_refuse(
    parcours: Parcours,
    compteur: httpx.AsyncClient,
    champs: dict[str, object],
    statut: int,
    regle: str | None,
) -> None:
    assert (await constater(compteur, statut, **champs)).get("regle") == regle
    assert await parcours.banc.sortants("usage.constaté") == []


async def test_cat_9_qui_consomme_ne_mesure_pas(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    sienne = parcours.banc.client("integration", organisme="MTQ")
    assert (await constater(sienne, 403))["regle"] == "CAT-9"
    for client in (parcours.demandeur, parcours.banc.client("portail"), parcours.signataire):
        await constater(client, 403)
    usage = await constater(compteur)
    chemin = f"/v1/usages/{usage['id']}"
    corps = {"quantite": None, "motif": "Je n'en veux pas."}
    assert (await compteur.post(f"{chemin}/rectification", json=corps)).status_code == 403
    assert (await parcours.demandeur.get(chemin)).json() == usage
    autre = parcours.banc.client("demandeur", organisme="SQ")
    for adresse in (chemin, f"{chemin}/chronologie", f"/v1/usages/{uuid4()}"):
        assert (await autre.get(adresse)).status_code == 404
    assert (await autre.get("/v1/usages")).json()["elements"] == []


async def test_dem_14_rien_ne_se_constate_d_un_organisme_inactif(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    etag = {"If-Match": lu.headers["ETag"]}
    (await parcours.csc.patch("/v1/organismes/MTQ", json={"actif": False}, headers=etag)
     ).raise_for_status()  # fmt: skip
    parcours.banc.horloge.aller("2026-09-25T16:00Z")
    assert (await constater(compteur, 409, fait_le="2026-09-22"))["regle"] == "DEM-14"
    # Il était encore client.
    await constater(compteur, fait_le="2026-09-15")


async def test_dem_13_une_rectification_annule_et_redit(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    usage = await constater(compteur)
    chemin = f"/v1/usages/{usage['id']}/rectification"

    async def rectifier(statut: int = 200, **corps: object) -> dict[str, Any]:
        reponse = await parcours.csc.post(chemin, json={"motif": "Compteur relu.", **corps})
        assert reponse.status_code == statut, reponse.text
        rendu: dict[str, Any] = reponse.json()
        return rendu

    await rectifier(422, quantite=None, fait_le="2026-09-02")
    for jour in ("2026-09-21", "2026-08-31"):
        assert (await rectifier(409, quantite="9", fait_le=jour))["regle"] == "DEM-12"
    assert (await rectifier(quantite="12.5"))["version"] == 1, "rien ne change"
    corrige = await rectifier(quantite="10", fait_le="2026-09-02")
    assert (corrige["quantite"], corrige["fait_le"], corrige["version"]) == ("10", "2026-09-02", 2)
    assert (await constater(compteur))["quantite"] == "10", "le premier relevé, redit"
    assert (await rectifier(quantite=None))["quantite"] is None
    assert (await constater(compteur, 409))["regle"] == "DEM-13"
    assert (await rectifier(quantite="11"))["version"] == 4
    sortants = [
        s for s in await parcours.banc.sortants() if s.type in {"usage.constaté", "acte.rectifié"}
    ]
    assert [(s.type, s.donnees.get("quantite")) for s in sortants] == [
        ("usage.constaté", "12.5"),
        ("acte.rectifié", None),
        ("usage.constaté", "10"),
        ("acte.rectifié", None),
        ("usage.constaté", "11"),
    ]
    un, nul, deux, nul_deux, trois = sortants
    assert {s.cle for s in sortants} == {usage["id"]}
    assert (nul.donnees["acte_id"], nul_deux.donnees["acte_id"]) == (str(un.id), str(deux.id))
    assert len({un.id, deux.id, trois.id}) == 3
    lus = (await parcours.demandeur.get(f"/v1/usages/{usage['id']}/chronologie")).json()
    assert [c["quantite"] for c in lus["elements"]] == ["12.5", "10", None, "11"]
    assert [c["motif"] for c in lus["elements"]][:2] == [None, "Compteur relu."]


async def test_cat_9_dans_un_lot_une_ligne_refusee_n_arrete_pas_les_autres(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    lignes = [
        RELEVE,
        {**RELEVE, "reference": "R-2", "fait_le": "2026-09-21"},
        {**RELEVE, "organisme": "INCONNU"},
        {**RELEVE, "organisme": "SQ"},
        RELEVE,
        {**RELEVE, "quantite": "99"},
    ]
    rendu = (await compteur.post("/v1/usages/lots", json={"lignes": lignes})).json()
    assert [une["sort"] for une in rendu["lignes"]] == [
        "inscrit", "refuse", "refuse", "inscrit", "deja", "refuse",
    ]  # fmt: skip
    assert [une["regle"] for une in rendu["lignes"]] == [
        None, "DEM-12", None, None, None, "DEM-12",
    ]  # fmt: skip
    assert (rendu["inscrits"], rendu["refuses"]) == (2, 3)
    repris = (await compteur.post("/v1/usages/lots", json={"lignes": lignes})).json()
    assert (repris["inscrits"], repris["refuses"]) == (0, 3), "la reprise ne double rien"
    assert len(await parcours.banc.sortants("usage.constaté")) == 2
    malforme = {"lignes": [{**RELEVE, "reference": "R-9"}, {**RELEVE, "quantite": "douze"}]}
    refus = await compteur.post("/v1/usages/lots", json=malforme)
    assert refus.status_code == 422
    assert "lignes[1]" in refus.text
    assert len(await parcours.banc.sortants("usage.constaté")) == 2, "rien d'à moitié"
    trop = {"lignes": [RELEVE] * 1001}
    assert (await compteur.post("/v1/usages/lots", json=trop)).status_code == 422


async def test_cat_9_un_lot_se_donne_en_csv_d_excel(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    csv = (
        "Organisme;Usage;Unité;Quantité;Fait le;Référence\r\n"
        "MTQ;stockage;gigaoctet;1\u00a0012,5;2026-09-15;R-é\r\n"
    )
    sorts = []
    for encodage in ("utf-8-sig", "cp1252"):
        reponse = await compteur.post(
            "/v1/usages/lots",
            content=csv.encode(encodage),
            headers={"Content-Type": "text/csv", "Idempotency-Key": uuid4().hex},
        )
        assert reponse.status_code == 200, reponse.text
        sorts.append(reponse.json()["lignes"][0]["sort"])
    assert sorts == ["inscrit", "deja"]
    (dit,) = await parcours.banc.sortants("usage.constaté")
    assert dit.donnees["quantite"] == "1012.5"


async def test_cat_9_les_usages_se_listent_et_se_filtrent(
    parcours: Parcours, compteur: httpx.AsyncClient
) -> None:
    for champs in ({}, {"usage": "transfert"}, {"organisme": "SQ"}, {"fait_le": "2026-08-02"}):
        await constater(compteur, **champs)
    for requete, combien in (
        ({}, 4),
        ({"organisme": "MTQ"}, 3),
        ({"usage": "transfert"}, 1),
        ({"periode": "2026-08"}, 1),
    ):
        lus = await compteur.get("/v1/usages", params=requete)
        assert len(lus.json()["elements"]) == combien
    assert len((await parcours.demandeur.get("/v1/usages")).json()["elements"]) == 3
