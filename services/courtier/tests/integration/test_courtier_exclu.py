"""CI-11 : sans compte, nul prix du jour; exclu, un organisme ne contracte plus."""

import pytest

from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.contrat_signe import conclure
from services.courtier.tests.marche import EMPREINTES, Marche

pytestmark = pytest.mark.integration
CLIENT = {"partie": "client", **EMPREINTES}


async def exclure(marche: Marche, debut: str) -> None:
    corps = {"organisme": "MTQ", "admissible": False, "debut": debut, "motif": "Hors de la liste."}
    await marche.cree("acces/admissibilites", corps)


async def test_ci_11_sans_compte_un_scenario_ne_donne_pas_les_prix_du_jour(
    marche: Marche,
) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"])
    ouvert = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await ouvert.jusqu_aux_scenarios([offre_id])
    sans = marche.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-sans-compte")
    scenario = {
        "titre": "Tel quel", "entente_id": entente["id"], "offres": [offre_voulue(offre_id)]
    }  # fmt: skip
    refus = await sans.post(f"/v1/dossiers/{ouvert.id}/scenarios", json=scenario)
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-11")
    assert (await ouvert.lire("/scenarios"))["elements"] == []
    retenu = await ouvert.scenario(entente["id"], offre_voulue(offre_id))
    choix = await sans.post(f"/v1/dossiers/{ouvert.id}/choix", json={"scenario_id": retenu})
    assert (choix.status_code, choix.json()["regle"]) == (403, "CI-11")


async def test_ci_11_exclu_un_organisme_ne_prepare_ne_valide_ni_ne_signe(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    await exclure(marche, "2026-09-03")
    assert (await marche.gestionnaire.post(f"{chemin}/validation")).status_code == 200
    marche.banc.horloge.aller("2026-09-03T09:00-04:00")
    refus = [
        await marche.signataire.post(f"{chemin}/signature", json=CLIENT),
        await marche.courtier.post(
            f"{chemin}/preparation", json={c: contrat[c] for c in ("debut", "documents")}
        ),
    ]
    assert [(r.status_code, r.json()["regle"]) for r in refus] == [(403, "CI-11")] * 2
    (manque,) = (await marche.gestionnaire.get(f"{chemin}/signature")).json()["manque"]
    assert manque["regle"] == "CI-11"


async def test_ci_11_exclu_un_organisme_n_ajoute_pas_d_offre_a_son_contrat(
    marche: Marche,
) -> None:
    conclu = await conclure(marche)
    await exclure(marche, "2026-10-05")
    marche.banc.horloge.aller("2026-10-05T09:00-04:00")
    ajoutee = {"offre_id": conclu.autre, "composantes": [{"code": "base", "quantite": 5}]}
    refus = await conclu.preparer(quantites=[], offres=[ajoutee])
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-11")
    # Ce qui est signé varie encore : un dépassement appelle un avenant (CI-19).
    assert (await conclu.conclure())["etat"] == "signe"
