"""Un dossier et ses scénarios en page, face à l'API (CI-10, CI-14)."""

import pytest
from markupsafe import escape

from pages import politique
from services.courtier.tests.acquisitions import Acquisition
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


@pytest.mark.parametrize("quoi", [""])
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
