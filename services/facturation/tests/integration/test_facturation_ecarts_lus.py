"""Ce qui a changé, les sous-totaux et la page, de la base à l'écran (FAC-9, FAC-10, FAC-16)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from facturation.factures.adaptateurs import vues
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.decisions import crediter
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    fermer_septembre,
    jour,
    livraison,
    planter,
    recuperation,
    travail,
)

pytestmark = pytest.mark.integration
PREMIERE, SECONDE = "/v1/factures/2026-2027-000001", "/v1/factures/2026-2027-000002"
NOVEMBRE = datetime(2026, 11, 2, 14, tzinfo=UTC)


async def _deux_mois(b: Banc, nombre: int = 2) -> dict[str, Any]:
    """Septembre émis; en octobre, un poste rendu, un livré, du travail; rend l'aperçu d'octobre."""
    await planter(b, "MTQ")
    rendu = uuid4()
    for debut in range(0, nombre, 250):
        lot = [livraison(uuid4()) for _ in range(min(250, nombre - debut) - (debut == 0))]
        await b.recevoir(*lot, survenu_le=a(jour(1)))
    await b.recevoir(livraison(rendu), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(recuperation(rendu, jour(1, 10)), survenu_le=a(jour(1, 10)))
    await b.recevoir(livraison(uuid4(), "PORTABLE-14"), survenu_le=a(jour(1, 10)))
    await b.recevoir(travail(uuid4(), 60), survenu_le=a(jour(8, 10)))
    b.horloge.instant = NOVEMBRE
    await b.recevoir_jalons(NOVEMBRE, *SUJETS)
    vu = await b.client("facturation").post(
        "/v1/executions", json={"periode": "2026-10", "organisme": "MTQ", "apercu": True}
    )
    assert vu.status_code == 200, vu.text
    apercu: dict[str, Any] = vu.json()["organismes"][0]
    return apercu


async def test_fac_9_l_apercu_et_le_document_disent_le_meme_changement(banc: MonterBanc) -> None:
    b = await banc("facturation")
    apercu = await _deux_mois(b)
    await executer(b, "2026-10")
    client = b.client("gestionnaire", organisme="MTQ")
    ecarts = (await client.get(f"{SECONDE}/ecarts")).json()
    assert ecarts == apercu["ecarts"]
    assert ecarts["precedent"] == {
        "numero": "2026-2027-000001",
        "periode": "2026-09",
        "total_avant_taxes": "294.00",
    }
    dits = [(t["tarif"], p["cause"], p["montant"]) for t in ecarts["tarifs"] for p in t["parts"]]
    assert dits == [
        ("AMENAGEMENT-BUR", "actes", "63.00"),
        ("POSTE-01", "fins", "-147.00"),
        ("POSTE-03", "ajouts", "219.00"),
    ]
    assert ecarts["ecart"] == "135.00"
    assert sum(Decimal(p["montant"]) for p in ecarts["causes"]) == Decimal("135.00")


async def test_fac_9_un_premier_document_ne_se_compare_a_rien(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _deux_mois(b)
    lus = (await b.client("gestionnaire", organisme="MTQ").get(f"{PREMIERE}/ecarts")).json()
    assert (lus["precedent"], lus["ecart"], lus["tarifs"]) == (None, None, [])


async def test_fac_16_les_sous_totaux_somment_au_total(banc: MonterBanc) -> None:
    b = await banc("facturation")
    apercu = await _deux_mois(b)
    await executer(b, "2026-10")
    lus = (await b.client("gestionnaire", organisme="MTQ").get(f"{SECONDE}/sous-totaux")).json()
    assert lus == apercu["sous_totaux"]
    for axe in ("imputations", "sites", "tarifs"):
        assert sum(Decimal(s["montant"]) for s in lus[axe]) == Decimal(lus["total_avant_taxes"])
    assert [(s["valeur"], s["montant"]) for s in lus["tarifs"]] == [
        ("AMENAGEMENT-BUR", "63.00"),
        ("POSTE-01", "147.00"),
        ("POSTE-03", "219.00"),
    ]


async def test_fac_10_la_page_et_le_papier_disent_ce_qui_a_change(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _deux_mois(b)
    await executer(b, "2026-10")
    client = b.client("gestionnaire", organisme="MTQ")
    page = await client.get(SECONDE, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Accept" in page.headers["vary"].split(", ")
    assert "Depuis la facture 2026-2027-000001 (septembre 2026)" in page.text
    assert page.text.count('<details class="ligne">') == 3
    relue = await client.get(
        SECONDE, headers={"Accept": "text/html", "If-None-Match": page.headers["etag"]}
    )
    assert relue.status_code == 304
    papier = await client.get(SECONDE, headers={"Accept": "application/pdf"})
    assert papier.content.startswith(b"%PDF-")


async def test_fac_13_la_note_d_une_decision_ne_se_compare_a_rien(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _deux_mois(b)
    await crediter(b, "2026-2027-000001", L1=None)
    client = b.client("gestionnaire", organisme="MTQ")
    note = "/v1/factures/NC-2026-2027-000001"
    lus = (await client.get(f"{note}/ecarts")).json()
    assert (lus["precedent"], lus["total_avant_taxes"]) == (None, "-147.00")
    page = await client.get(note, headers={"Accept": "text/html"})
    assert f'href="{PREMIERE}"' in page.text
    await executer(b, "2026-10")
    suivant = (await client.get(f"{SECONDE}/ecarts")).json()
    assert suivant["precedent"]["numero"] == "2026-2027-000001", "le document du mois, pas la note"


async def test_fac_7_l_apercu_d_un_organisme_se_lit_et_se_voit(banc: MonterBanc) -> None:
    b = await banc("facturation")
    apercu = await _deux_mois(b)
    adresse = "/v1/apercus?periode=2026-10"
    client = b.client("gestionnaire", organisme="MTQ")
    assert (await client.get(adresse)).json() == apercu
    page = await client.get(adresse, headers={"Accept": "text/html"})
    assert "Un aperçu : rien n" in page.text
    assert page.text.count('<details class="ligne">') == 3
    assert "Depuis la facture 2026-2027-000001 (septembre 2026)" in page.text
    emis = await client.get("/v1/apercus?periode=2026-09", headers={"Accept": "text/html"})
    assert "2026-2027-000001" in emis.text
    assert (await client.get(f"{adresse}&organisme=RAMQ")).status_code == 404
    assert (await b.client("facturation").get(adresse)).status_code == 422
    assert (await client.get("/v1/apercus?periode=2027-01")).status_code == 409
    courant = (await client.get("/v1/apercus")).json()
    assert courant["facture"]["periode"] == "2026-11", "le mois qui court"


async def test_fac_10_les_lignes_d_un_long_document_se_lisent_page_par_page(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _deux_mois(b, vues.LOT + 3)
    client, html = b.client("gestionnaire", organisme="MTQ"), {"Accept": "text/html"}
    page = await client.get(PREMIERE, headers=html)
    assert "Ce document compte 1\xa0003 lignes" in page.text
    assert '<details class="ligne">' not in page.text
    adresse, pages, lignes = f"{PREMIERE}/lignes?limite=200", 0, 0
    while adresse:
        lue = await client.get(adresse, headers=html)
        lignes += lue.text.count('<details class="ligne">')
        pages += 1
        _, suite, reste = lue.text.partition(f'href="{PREMIERE}/lignes?')
        adresse = suite and f"{PREMIERE}/lignes?" + reste.partition('"')[0].replace("&amp;", "&")
    assert (pages, lignes) == (6, vues.LOT + 3)


async def test_le_document_d_un_autre_n_a_ni_ecarts_ni_sous_totaux_ni_page(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _deux_mois(b)
    autre = b.client("gestionnaire", organisme="RAMQ")
    for suite in ("", "/ecarts", "/sous-totaux", "/lignes"):
        lue = await autre.get(f"{PREMIERE}{suite}", headers={"Accept": "text/html, */*;q=0.1"})
        assert lue.status_code == 404, suite
