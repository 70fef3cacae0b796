"""Ce que le catalogue répond à une entrée mal écrite : un problème français, rien d'écrit."""

from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc

pytestmark = pytest.mark.integration


@pytest.fixture
async def pilote(banc: MonterBanc) -> httpx.AsyncClient:
    monte: Banc = await banc("catalogue")
    return monte.client("catalogue")


FAUTES: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/produits", {}, "corps.code"),
    ("/v1/produits/PV-STANDARD/prix", {"debut": "2026-13-01", "montant": "1"}, "corps.debut"),
    ("/v1/produits/PV-STANDARD/prix", {"debut": "2027-01-01", "montant": "1.005"}, "corps.montant"),
    ("/v1/produits/PV-STANDARD/prix", {"debut": "2027-01-01", "montant": "-1"}, "corps.montant"),
    ("/v1/produits/PV-STANDARD/prix", {"debut": "2027-01-01", "rabais": 1}, "corps.rabais"),
    ("/v1/produits/PV-STANDARD/retrait", {"statut": "actif"}, "corps.statut"),
    ("/v1/fiches/POSTES/versions", {"debut": "2027-01-01"}, "corps.titre"),
    ("/v1/fiches/postes/versions", {"debut": "2027-01-01"}, "chemin.code"),
]


async def test_une_mauvaise_entree_dit_le_champ_en_francais(pilote: httpx.AsyncClient) -> None:
    for adresse, corps, champ in FAUTES:
        reponse = await pilote.post(adresse, json=corps)
        assert reponse.status_code == 422, adresse
        fautes = {f["champ"]: f["faute"] for f in reponse.json()["fautes"]}
        assert champ in fautes
        assert not fautes[champ].startswith(("Input", "Field", "Value"))


async def test_une_lecture_hostile_reste_un_probleme_francais(pilote: httpx.AsyncClient) -> None:
    for adresse in (
        "/v1/produits?q=%00",
        "/v1/produits/%00",
        "/v1/fiches?curseur=zzz",
        "/v1/fiches?limite=201",
        "/v1/fiches?le=hier",
        "/v1/produits?sorte=voiture",
    ):
        reponse = await pilote.get(adresse)
        assert reponse.status_code in {400, 422}, adresse
        assert reponse.headers["content-type"] == "application/problem+json"
    nul = {"debut": "2027-01-01", "titre": "\x00", "description": {"resume": "\x00"}}
    corps = {**nul, "tarifs": [], "indicateurs": []}
    assert (await pilote.post("/v1/fiches/ESSAI/versions", json=corps)).status_code == 422
