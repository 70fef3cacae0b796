"""Une facture de plus d'un lot de lignes : écrite, lue et rendue lot par lot (FAC-10)."""

import csv
import io
from collections.abc import Iterator
from uuid import uuid4

import pypdf
import pytest

from facturation.factures.adaptateurs import vues
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    executer,
    fermer_septembre,
    jour,
    livraison,
    planter,
)

pytestmark = pytest.mark.integration
LIGNES = vues.LOT + 3
ADRESSE = "/v1/factures/2026-2027-000001"


async def _emettre(b: Banc, nombre: int) -> None:
    await planter(b, "MTQ")
    for debut in range(0, nombre, 250):
        lot = [livraison(uuid4()) for _ in range(min(250, nombre - debut))]
        await b.recevoir(*lot, survenu_le=a(jour(1)))
    await fermer_septembre(b)
    assert (await executer(b))["sorts"][0]["etat"] == "emise"


def _rangs(texte: str) -> Iterator[int]:
    yield from (int(rangee["rang"]) for rangee in csv.DictReader(io.StringIO(texte), delimiter=";"))


async def test_fac_10_une_longue_facture_se_rend_lot_par_lot(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _emettre(b, LIGNES)
    client = b.client("signataire", organisme="MTQ")
    attendus = list(range(1, LIGNES + 1))

    lue = await client.get(ADRESSE)
    assert "content-length" not in lue.headers, "elle s'est rendue d'un bloc"
    document = lue.json()
    assert [ligne["rang"] for ligne in document["lignes"]] == attendus
    assert list(document)[-2:] == ["lignes", "empreinte"]
    assert document["total"] == f"{147 * LIGNES}.00"

    tableau = await client.get(ADRESSE, headers={"Accept": "text/csv"})
    assert list(_rangs(tableau.content.decode("utf-8-sig"))) == attendus

    papier = await client.get(ADRESSE, headers={"Accept": "application/pdf"})
    texte = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(papier.content)).pages)
    assert "Ce document compte 1\xa0003 lignes" in texte.replace("\u202f", "\xa0")
    assert "Objet et calcul" not in texte

    etiquettes = {lue.headers["etag"], tableau.headers["etag"], papier.headers["etag"]}
    assert len(etiquettes) == 3
    for deja, accept in ((lue, "application/json"), (tableau, "text/csv")):
        en_tetes = {"Accept": accept, "If-None-Match": deja.headers["etag"]}
        relue = await client.get(ADRESSE, headers=en_tetes)
        assert (relue.status_code, relue.content) == (304, b"")
        assert relue.headers["etag"] == deja.headers["etag"]


async def test_fac_10_une_facture_d_un_lot_garde_sa_longueur_et_son_detail(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _emettre(b, 3)
    client = b.client("signataire", organisme="MTQ")
    lue = await client.get(ADRESSE, headers={"Accept-Encoding": "identity"})
    assert int(lue.headers["content-length"]) == len(lue.content)
    papier = await client.get(ADRESSE, headers={"Accept": "application/pdf"})
    texte = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(papier.content)).pages)
    assert "Objet et calcul" in texte
    assert "Ce document compte" not in texte


async def test_un_organisme_ne_lit_pas_la_longue_facture_d_un_autre(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _emettre(b, LIGNES)
    autre = b.client("signataire", organisme="RAMQ")
    for accept in ("application/json", "text/csv", "application/pdf"):
        lue = await autre.get(ADRESSE, headers={"Accept": accept, "If-None-Match": "*"})
        assert lue.status_code == 404
