"""CI-15 : la conversion que dit l'organisme se motive, se montre, et borne l'avenant, par l'API."""

import pytest

from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.contrat_signe import AVENANT, Conclu
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration

HTML = {"Accept": "text/html"}
MOTIF = "Le fournisseur l'écrit dans sa réponse : un locataire sert mille usagers."
MILLE = [{"code": "base", "sert": 1000}]


async def test_ci_15_la_conversion_dite_du_choix_se_motive_et_l_avenant_attend_le_dirigeant(
    marche: Marche,
) -> None:
    """Un locataire à 20 $ pour quarante usagers : 480 $ en 24 mois; dix de plus le démentent."""
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    entente = (await marche.entente())["id"]
    offre_id = await marche.offre(entente, "20.00", conversion=None)
    await dossier.jusqu_aux_scenarios([offre_id])
    scenario_id = await dossier.scenario(entente, offre_voulue(offre_id, MILLE))
    refus = await dossier.tenter("choix", {"scenario_id": scenario_id})
    (dite,) = refus.json()["details"]["reserves"]
    assert (dite["choix"], dite["causes"]) == ("480.00", ["conversion_dite"])
    motifs = [{"offre_id": offre_id, "motif": MOTIF}]
    vu = await dossier.poser("choix", {"scenario_id": scenario_id, "justifications": motifs})
    assert [r["motif"] for r in vu["choix"]["reserves"]] == [MOTIF]
    (scenario,) = (await dossier.lire("/scenarios"))["elements"]
    assert [r["motif"] for r in scenario["reserves"]] == [MOTIF]
    chronologie = (await dossier.lire("/chronologie"))["elements"]
    assert MOTIF in {d["motif"] for a in chronologie for d in a["justifications"]}
    page = await marche.gestionnaire.get(f"/v1/dossiers/{dossier.id}", headers=HTML)
    assert "un locataire sert mille usagers" in page.text
    await dossier.contacter(marche.jour)
    await dossier.confirmer(marche.jour)
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    conclu = Conclu(marche, await marche.conclure(contrat), autre="")
    onze = [{"du_mois": 1, "au_mois": 24, "quantite": 11}]
    quantites = [{"offre_id": offre_id, "composante": "base", "quantites": onze}]
    prepare = await conclu.preparer(quantites=quantites)
    assert prepare.json()["autorisation_exigee"] is True, prepare.text
    chemin = f"{conclu.chemin}/avenants/{prepare.json()['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    signature = {"partie": "client", "avenant": AVENANT}
    refus = await marche.signataire.post(f"{chemin}/signature", json=signature)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-17")
