"""Un dossier et ses scénarios en page, face à l'API (CI-10, CI-14)."""

from decimal import Decimal

import pytest
from markupsafe import escape

from pages import politique
from pages.ecriture import dollars
from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration

PAGE = {"Accept": "text/html"}


async def test_ci_10_la_page_dit_ce_que_dit_l_api(marche: Marche) -> None:
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    page = await marche.gestionnaire.get(f"/v1/dossiers/{dossier.id}", headers=PAGE)
    assert page.headers["Content-Security-Policy"] == politique()
    lu = await dossier.lire()
    assert lu["manque"]
    for manque in lu["manque"]:
        assert str(escape(manque["texte"])) in page.text


async def test_ci_14_les_scenarios_cote_a_cote_disent_ce_que_dit_l_api(marche: Marche) -> None:
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    vendues = []
    for rang, prix in ((1, "12.50"), (2, "10.00")):
        entente = await marche.entente(f"EC-{rang}", f"117000000{rang}")
        vendues.append((entente["id"], await marche.offre(entente["id"], prix)))
    await dossier.jusqu_aux_scenarios([offre for _, offre in vendues])
    for (entente_id, offre), titre in zip(vendues, ("Rapide", "Sobre"), strict=True):
        await dossier.scenario(entente_id, offre_voulue(offre), titre=titre)
    cher, bas = (await dossier.lire("/scenarios"))["elements"]
    assert cher["differences"] == [
        {"code": "base", "cout": "12000.00", "ecart": "2400.00", "differe": ["prix"]}
    ]
    assert (bas["absentes"], bas["differences"][0]["ecart"]) == ([], "0.00")
    [composante] = bas["composantes"]
    assert (composante["provenance"], composante["sert"]) == ("publiee", "1")
    chemin = f"/v1/dossiers/{dossier.id}/scenarios"
    page = await marche.gestionnaire.get(chemin, headers=PAGE)
    assert page.headers["Content-Security-Policy"] == politique()
    for dit in (cher["total"], bas["total"], cher["ecart"]):
        assert dollars(Decimal(dit)) in page.text


@pytest.mark.parametrize("quoi", ["", "/scenarios"])
async def test_un_organisme_ne_voit_en_page_que_le_sien(marche: Marche, quoi: str) -> None:
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    chemin = f"/v1/dossiers/{dossier.id}{quoi}"
    intrus = marche.banc.client("gestionnaire", organisme="SQ")
    for client, attendu in ((intrus, 404), (marche.courtier, 200), (marche.banc.client(), 401)):
        assert (await client.get(chemin, headers=PAGE)).status_code == attendu
    mal = await marche.gestionnaire.get(f"/v1/dossiers/pas-un-uuid{quoi}", headers=PAGE)
    assert mal.status_code == 422
    image = await marche.gestionnaire.get(chemin, headers={"Accept": "image/png"})
    assert image.status_code == 406
