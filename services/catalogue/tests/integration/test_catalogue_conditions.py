"""Un POST qui agit sur un objet lu honore If-Match, comme un PATCH."""

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc

pytestmark = pytest.mark.integration

NEUF = {"code": "TRACEUR", "libelle": "Traceur", "categorie": "Logiciels", "sorte": "logiciel"}


@pytest.fixture
async def catalogue(banc: MonterBanc) -> Banc:
    monte = await banc("catalogue")
    await monte.tache("chargement")
    return monte


@pytest.fixture
def pilote(catalogue: Banc) -> httpx.AsyncClient:
    return catalogue.client("catalogue")


async def test_un_acte_sous_une_version_perimee_est_refuse(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    """Un POST qui agit honore If-Match comme un PATCH; qui n'agit sur rien de versionné refuse."""
    adresse = "/v1/produits/EDITEUR-PDF"
    prix = {"debut": "2027-01-01", "montant": "10.00"}
    perimee = {"If-Match": '"99"'}
    for chemin, corps in (("/retrait", {"statut": "retire"}), ("/prix", prix)):
        refus = await pilote.post(adresse + chemin, json=corps, headers=perimee)
        assert (refus.status_code, refus.json()["details"]) == (412, {"version": 2})
    neuf = await pilote.post("/v1/produits", json=NEUF, headers=perimee)
    assert neuf.status_code == 412
    assert "If-Match" in neuf.json()["detail"]
    codes = {s.cle for s in await catalogue.sortants("produit.inscrit")}
    assert "TRACEUR" not in codes
    lue = {"If-Match": (await pilote.get(adresse)).headers["etag"]}
    assert (await pilote.post(f"{adresse}/prix", json=prix, headers=lue)).status_code == 201
