"""CI-10, CI-16 : les dossiers par étape et ce qui attend, comme au tableau du Courtier."""

import pytest

from outils.essais.jauges import jauges_dites
from services.courtier.tests.acquisitions import Acquisition
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration


async def test_ci_10_les_dossiers_par_etape_sont_ceux_du_tableau(marche: Marche) -> None:
    await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    dites = await jauges_dites(marche.banc)
    assert dites["sbg_courtier_dossiers"] == {"1": 1, "2": 0, "3": 0, "4": 0, "5": 0}


async def test_ci_16_ce_qui_attend_est_ce_que_compte_le_tableau(marche: Marche) -> None:
    contrat = await marche.contrat()
    await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/validation")
    dites = (await jauges_dites(marche.banc))["sbg_courtier_en_attente"]
    constats = (await marche.courtier.get("/v1/bord")).json()["constats"]
    tableau = {c["rubrique"]: c["nombre"] for c in constats}
    assert sum(dites.values()) > 0
    assert dites == {nom: tableau[nom] for nom in dites}
    assert tableau.keys() - dites.keys() == {"dossiers", "finissent"}


async def test_ci_11_les_routes_qui_ouvrent_l_acces_sont_sensibles(marche: Marche) -> None:
    chemins = (await marche.courtier.get("/openapi.json")).json()["paths"]
    assert set(marche.banc.service.sensibles) <= chemins.keys()
