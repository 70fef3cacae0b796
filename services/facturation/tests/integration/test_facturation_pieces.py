"""FAC-8 : une pièce se verse, se borne, et ne s'ouvre jamais dans la page."""

import base64
from typing import Any

import httpx
import pytest

from facturation.contestations.domaine.pieces import OCTETS_MAX
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.decisions import agent, contester, mtq, poser, trois_postes
from services.facturation.tests.pieces import imprime

CSV = "billet;jours\r\nINC0045871;20\r\n"


async def verser(
    client: httpx.AsyncClient, contestation: dict[str, Any], nom: str, contenu: bytes
) -> httpx.Response:
    corps = {"nom": nom, "contenu": base64.b64encode(contenu).decode()}
    return await client.post(f"/v1/contestations/{contestation['id']}/pieces", json=corps)


async def contestee(b: Banc) -> dict[str, Any]:
    await trois_postes(b)
    return await contester(b, 1)


@pytest.mark.integration
async def test_fac_8_une_piece_se_verse_se_liste_et_se_rend(banc: MonterBanc) -> None:
    b = await banc("facturation")
    ouverte = await contestee(b)
    # Le nom ment : ce qu'elle est se lit de son contenu.
    versee = await verser(mtq(b), ouverte, "C:\\fichiers\\relevé d'août.exe", CSV.encode())
    assert versee.status_code == 201
    piece = versee.json()
    assert (piece["genre"], piece["taille"]) == ("csv", len(CSV))
    encore = await verser(mtq(b), ouverte, "autre.csv", CSV.encode())
    assert encore.json() == piece

    chemin = f"/v1/contestations/{ouverte['id']}/pieces"
    listees = (await agent(b).get(chemin)).json()["elements"]
    assert listees == [piece]
    lue = await agent(b).get(f"{chemin}/{piece['empreinte']}")
    assert base64.b64decode(lue.json()["contenu"]).decode() == CSV
    accept = {"Accept": "application/octet-stream"}
    fichier = await mtq(b).get(f"{chemin}/{piece['empreinte']}", headers=accept)
    assert fichier.content.decode() == CSV
    assert fichier.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''relev%C3%A9%20d%27ao%C3%BBt.csv"
    )
    assert fichier.headers["x-content-type-options"] == "nosniff"
    assert fichier.headers["content-type"] == "application/octet-stream"


@pytest.mark.integration
async def test_fac_8_une_piece_ne_se_rend_qu_a_qui_y_a_part(banc: MonterBanc) -> None:
    b = await banc("facturation")
    ouverte = await contestee(b)
    piece = (await verser(mtq(b), ouverte, "a.csv", CSV.encode())).json()
    chemin = f"/v1/contestations/{ouverte['id']}/pieces/{piece['empreinte']}"
    for client, attendu in (
        (b.client("gestionnaire", organisme="RAMQ"), 404),
        (b.client("portail", organisme="MTQ"), 403),
        (b.client("agent-csc"), 403),
        (b.client(), 401),
    ):
        assert (await client.get(chemin)).status_code == attendu
    inconnue = chemin.replace(piece["empreinte"], "0" * 64)
    assert (await mtq(b).get(inconnue)).status_code == 404
    assert (await mtq(b).get(chemin[:-1])).status_code == 422


@pytest.mark.integration
async def test_fac_8_une_mauvaise_piece_se_refuse_en_francais(banc: MonterBanc) -> None:
    b = await banc("facturation")
    ouverte = await contestee(b)
    html = await verser(mtq(b), ouverte, "facture.pdf", b"<script>alert(1)</script>")
    assert (html.status_code, html.json()["regle"]) == (409, "FAC-8")
    assert "PDF, PNG, JPEG, XLSX, CSV" in html.json()["detail"]
    actif = await verser(mtq(b), ouverte, "a.pdf", imprime(b"<< /S /JavaScript >>"))
    assert (actif.status_code, actif.json()["regle"]) == (409, "FAC-8")
    remonte = await verser(mtq(b), ouverte, "../../a.csv", CSV.encode())
    assert (remonte.status_code, remonte.json()["regle"]) == (409, "FAC-8")
    juste = await verser(mtq(b), ouverte, "a.pdf", imprime(taille=OCTETS_MAX))
    assert juste.status_code == 201
    grosse = await verser(mtq(b), ouverte, "b.pdf", imprime(taille=OCTETS_MAX + 1))
    assert (grosse.status_code, grosse.json()["details"]) == (409, {"octets_max": OCTETS_MAX})
    assert (await verser(mtq(b), ouverte, "vide.csv", b"")).status_code == 409
    chemin = f"/v1/contestations/{ouverte['id']}/pieces"
    illisible = await mtq(b).post(chemin, json={"nom": "a.csv", "contenu": "pas du base64!"})
    assert illisible.status_code == 422
    enorme = await mtq(b).post(chemin, json={"nom": "a.csv", "contenu": "A" * 1_000_001})
    assert enorme.status_code == 413


@pytest.mark.integration
async def test_fac_8_les_pieces_sont_bornees_et_finissent_avec_la_contestation(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    ouverte = await contestee(b)
    for n in range(10):
        assert (await verser(mtq(b), ouverte, f"{n}.csv", f"a;{n}".encode())).status_code == 201
    onzieme = await verser(mtq(b), ouverte, "11.csv", b"a;11")
    assert "au plus 10" in onzieme.json()["detail"]
    await poser(mtq(b), ouverte, "retrait")
    assert (await verser(mtq(b), ouverte, "12.csv", b"a;12")).status_code == 409
