"""Un lot de montants saisis, tel que l'exporte un Excel du Québec (FAC-2, FAC-6)."""

from typing import Any

import httpx
import pytest

from outils.essais.greffon import MonterBanc
from services.facturation.tests import scene
from services.facturation.tests.saisies import corps, facturiere, planter

pytestmark = pytest.mark.integration
LOTS = "/v1/lignes-saisies/lots"
CSV = (
    "Organisme;Tarif;Montant;Fait_le;Motif;Référence\r\n"
    "MTQ;COMMUNICATIONS;48,25;2026-09-12;Interurbains d’août;B-17\r\n"
    "RAMQ;COMMUNICATIONS;1\u00a0000,10 $;2026-09-12;« Été »; B-18 \r\n"
    ";;;;;\r\n"
)


def _ligne(reference: str, **champs: Any) -> dict[str, Any]:
    return corps(tarif="COMMUNICATIONS", reference=reference, **champs)


async def _envoyer(
    client: httpx.AsyncClient, contenu: bytes, media: str = "text/csv"
) -> httpx.Response:
    return await client.post(LOTS, content=contenu, headers={"Content-Type": media})


@pytest.mark.parametrize("encodage", ["utf-8-sig", "utf-8", "cp1252"])
async def test_fac_2_un_lot_en_csv_devient_des_lignes(banc: MonterBanc, encodage: str) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    rendu = await _envoyer(agnes, CSV.encode(encodage), "text/csv; charset=windows-1252")
    # 1 000,10 $ à la RAMQ passe le seuil : tout le lot attend, avec lui.
    assert rendu.status_code == 202, rendu.text
    lot = rendu.json()
    assert (lot["nature"], lot["etat"], lot["lignes"], lot["montant"]) == (
        "lot", "a_confirmer", 2, "1048.35",
    )  # fmt: skip
    assert (lot["organisme"], lot["tarif"]) == (None, "COMMUNICATIONS")
    assert await b.sortants() == []
    adresse = rendu.headers["Location"]
    assert (await bernard.post(f"{adresse}/confirmation")).json()["etat"] == "confirmee"
    saisies = await agnes.get("/v1/lignes-saisies", params={"decision_id": lot["id"]})
    assert [(x["organisme"], x["motif"], x["reference"]) for x in saisies.json()["elements"]] == [
        ("RAMQ", "« Été »", "B-18"),
        ("MTQ", "Interurbains d’août", "B-17"),
    ]
    assert [x["id"] for x in reversed(saisies.json()["elements"])] == lot["saisies"]
    await scene.fermer_septembre(b)
    totaux = {s["organisme"]: s["total"] for s in (await scene.executer(b))["sorts"]}
    assert totaux == {"MTQ": "48.25", "RAMQ": "1000.10"}


async def test_fac_6_le_meme_lot_sous_une_autre_cle_ne_se_facture_pas_deux_fois(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes = facturiere(b)
    lignes = [_ligne(f"B-{n}", montant="10.00") for n in range(3)]
    premier = await agnes.post(LOTS, json={"lignes": lignes})
    assert premier.status_code == 201
    # En JSON ou en CSV, dans un autre ordre, d'une autre personne, une ligne neuve de plus.
    rangees = "".join(
        f"MTQ;COMMUNICATIONS;10,00;2026-09-11;Écran fendu.;B-{n}\r\n" for n in (2, 0, 1, 3)
    )
    entete = "organisme;tarif;montant;fait_le;motif;reference\r\n"
    second = await _envoyer(facturiere(b, "bernard"), (entete + rangees).encode())
    assert (second.status_code, second.json()["regle"]) == (409, "FAC-6")
    assert "3 des 4 lignes" in second.json()["detail"]
    assert [x["ligne"] for x in second.json()["details"]["lignes"]] == [1, 2, 3]
    assert len(await b.sortants("ligne.saisie")) == 3
    # La même clé rend la même réponse, quelle que soit la forme.
    cle = {"Idempotency-Key": "lot-1"}
    neuf = {"lignes": [_ligne("B-9", montant="10.00", motif="Neuf")]}
    un = await agnes.post(LOTS, json=neuf, headers=cle)
    csv = f"{entete}MTQ;COMMUNICATIONS;10,00;2026-09-11;Neuf;B-9\r\n"
    deux = await agnes.post(LOTS, content=csv.encode(), headers={**cle, "Content-Type": "text/csv"})
    assert (un.status_code, un.json()) == (deux.status_code, deux.json())


async def test_fac_2_une_mauvaise_ligne_arrete_le_lot_et_chacune_se_dit(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes = facturiere(b)
    lignes = [
        _ligne("B-1"),
        _ligne("B-2", fait_le="2026-09-16"),
        _ligne("B-3") | {"tarif": "POSTE-01"},
        _ligne("B-1"),
    ]
    rendu = await agnes.post(LOTS, json={"lignes": lignes})
    assert rendu.status_code == 409
    dits = {x["ligne"]: x["motif"] for x in rendu.json()["details"]["lignes"]}
    assert set(dits) == {2, 3, 4}
    assert dits[4] == "La ligne 1 dit la même chose."
    csv = b"organisme;tarif;montant;fait_le;motif\nMTQ;TRAVAUX;12,345;2026-09-11;x\n"
    fautes = (await _envoyer(agnes, csv)).json()["fautes"]
    assert [f["champ"] for f in fautes] == ["corps.lignes[0].montant"]
    for contenu, media, statut in (
        (b"", "text/csv", 422),
        (b"organisme;tarif\n", "text/csv", 422),
        (b"organisme;prenom\nMTQ;x\n", "text/csv", 422),
        (CSV.encode(), "text/plain", 415),
        (b"organisme;prenom\nMTQ;x\n", "application/vnd.ms-excel", 422),
        (CSV.encode("utf-16"), "text/csv", 422),
    ):
        refus = await _envoyer(agnes, contenu, media)
        assert refus.status_code == statut
        assert statut != 415 or "CSV" in refus.json()["detail"]
    trop = {"lignes": [_ligne(f"B-{n}") for n in range(1_001)]}
    assert (await agnes.post(LOTS, json=trop)).status_code == 422
    assert (await agnes.get("/v1/lignes-saisies")).json()["elements"] == []
    assert await b.sortants() == []


async def test_fac_2_mille_lignes_se_posent_d_un_coup(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b)
    lignes = [_ligne(f"B-{n}", montant="0.99") for n in range(1_000)]
    rendu = await facturiere(b).post(LOTS, json={"lignes": lignes})
    assert (rendu.status_code, len(rendu.json()["saisies"])) == (201, 1_000)
    await scene.fermer_septembre(b)
    (sort,) = (await scene.executer(b))["sorts"]
    assert sort["total"] == "990.00"
