"""CI-13 : un avenant n'ajoute pas, sans EFVP, une offre qui porterait des renseignements."""

import pytest

from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.contrat_signe import AVENANT, Conclu
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration
LIEUX = [{"lieu": "Montréal", "zone": "quebec"}, {"lieu": "Dublin", "zone": "rgpd"}]
EFVP = {"date": "2026-09-01", "empreinte": "d" * 64}


async def conclure(marche: Marche) -> Conclu:
    """Un contrat conclu, qui porte des renseignements personnels à Montréal."""
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], lieux_hebergement=LIEUX)
    autre = await marche.offre(
        entente["id"], prix="25.00", titre="Tableur boréal", lieux_hebergement=LIEUX
    )
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([offre_id], renseignements_personnels=True)
    scenario = await dossier.scenario(entente["id"], offre_voulue(offre_id, lieu="Montréal"))
    montreal = {"offre_id": offre_id, "lieu": "Montréal", "accepte": True}
    await dossier.poser("efvp", {**EFVP, "examens": [montreal]})
    await dossier.demarrer(scenario, marche.jour)
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    conclu = await marche.conclure(contrat)
    marche.banc.horloge.aller("2026-09-10T16:00-04:00")
    return Conclu(marche, conclu, autre)


async def test_ci_13_l_offre_ajoutee_attend_son_efvp(marche: Marche) -> None:
    conclu = await conclure(marche)
    ajoutee = {"offre_id": conclu.autre, "composantes": [{"code": "base", "quantite": 5}]}
    prepare = (await conclu.preparer(quantites=[], offres=[ajoutee])).json()
    chemin = f"{conclu.chemin}/avenants/{prepare['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    signature = {"partie": "client", "avenant": AVENANT}
    sans = await marche.signataire.post(f"{chemin}/signature", json=signature)
    assert (sans.status_code, sans.json()["regle"]) == (409, "CI-13")
    assert sans.json()["details"] == {"offres": [conclu.autre]}

    dublin = {"offre_id": conclu.autre, "lieu": "Dublin", "accepte": True}
    refusee = await marche.gestionnaire.post(f"{chemin}/efvp", json={**EFVP, "examens": [dublin]})
    assert (refusee.status_code, refusee.json()["regle"]) == (409, "CI-13")
    demain = {**EFVP, "date": "2026-09-11", "examens": [{**dublin, "lieu": "Montréal"}]}
    assert (await marche.gestionnaire.post(f"{chemin}/efvp", json=demain)).status_code == 409
    examens = [{**dublin, "protection_adequate": True}]
    depose = await marche.gestionnaire.post(f"{chemin}/efvp", json={**EFVP, "examens": examens})
    assert depose.status_code == 200, depose.text
    assert depose.json()["efvp"]["conclusions"][0]["lieu"] == "Dublin"
    signe = await marche.signataire.post(f"{chemin}/signature", json=signature)
    assert (signe.status_code, signe.json()["etat"]) == (200, "signe_client")
    assert "efvp" not in signe.json()["actes_permis"]
