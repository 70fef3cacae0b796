"""Le parc (DEM-7) et le soutien étendu (DEM-5), par l'API."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration


async def actif_livre(parcours: Parcours) -> dict[str, Any]:
    demande = await parcours.prise_en_charge(utilisateur_id="u-1", site="QC-1")
    livree = await parcours.agir(
        parcours.csc, demande, "livraison", article_id=demande["articles"][0]["id"]
    )
    chemin = f"/v1/actifs/{livree['articles'][0]['actif_id']}"
    actif: dict[str, Any] = (await parcours.demandeur.get(chemin)).json()
    return actif


async def test_dem_7_une_livraison_cree_l_actif(parcours: Parcours) -> None:
    actif = await actif_livre(parcours)
    assert (actif["etat"], actif["produit"]) == ("en_service", "PORTABLE-14")
    assert (actif["utilisateur_id"], actif["site"]) == ("u-1", "QC-1")
    autre = parcours.banc.client("demandeur", organisme="SQ")
    assert (await autre.get(f"/v1/actifs/{actif['id']}")).status_code == 404


async def test_fac_1_la_recuperation_est_datee_et_unique(parcours: Parcours) -> None:
    actif = await actif_livre(parcours)
    chemin = f"/v1/actifs/{actif['id']}/recuperation"
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    for jour in ("2026-09-21", "2026-08-31"):
        refus = await parcours.csc.post(chemin, json={"fait_le": jour})
        assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-7")
    assert (await parcours.demandeur.post(chemin, json={})).status_code == 403
    fini = await parcours.csc.post(chemin, json={"fait_le": "2026-09-15"})
    assert (fini.json()["etat"], fini.json()["fin_le"]) == ("recupere", "2026-09-15")
    assert (await parcours.csc.post(chemin, json={})).status_code == 409
    (evenement,) = await parcours.banc.sortants("actif.récupéré")
    assert evenement.donnees["fait_le"] == "2026-09-15"
    assert evenement.survenu_le.isoformat() == "2026-09-16T03:59:59+00:00", "la fin de ce jour"
    meme = await parcours.csc.post(chemin, json={"fait_le": "2026-09-15"})
    assert meme.status_code == 200, "la même récupération (DEM-12)"
    assert len(await parcours.banc.sortants("actif.récupéré")) == 1


async def test_dem_7_un_actif_se_deplace_et_le_deplacement_se_rectifie(parcours: Parcours) -> None:
    actif = await actif_livre(parcours)
    chemin = f"/v1/actifs/{actif['id']}"
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    assert (await parcours.csc.post(f"{chemin}/deplacement", json={})).status_code == 422
    ailleurs = {"site": "QC-2", "fait_le": "2026-09-10"}
    for _ in range(2):
        deplace = await parcours.csc.post(f"{chemin}/deplacement", json=ailleurs)
        assert (deplace.json()["utilisateur_id"], deplace.json()["site"]) == ("u-1", "QC-2")
    avant = await parcours.csc.post(
        f"{chemin}/deplacement", json={"utilisateur_id": "u-2", "fait_le": "2026-09-05"}
    )
    assert (avant.json()["utilisateur_id"], avant.json()["site"]) == ("u-2", "QC-2")
    fin = await parcours.csc.post(f"{chemin}/recuperation", json={"fait_le": "2026-09-08"})
    assert fin.status_code == 409, "il se déplace encore le 10"
    assert fin.json()["details"]["acte_contredit"]["acte"] == "deplacement"
    trop_tot = await parcours.csc.post(
        f"{chemin}/deplacement", json={"site": "QC-3", "fait_le": "2026-08-31"}
    )
    assert trop_tot.status_code == 409, "avant la livraison"
    evenements = await parcours.banc.sortants("actif.déplacé")
    assert [e.donnees["fait_le"] for e in evenements] == ["2026-09-10", "2026-09-05"]
    corps = {"actes": [{"acte_id": str(evenements[0].id), "survenu_le": None}], "motif": "Non."}
    rendu = await parcours.csc.post(f"{chemin}/rectification", json=corps)
    assert (rendu.json()["utilisateur_id"], rendu.json()["site"]) == ("u-2", "QC-1")


async def test_fac_2_la_perte_dit_sa_nature(parcours: Parcours) -> None:
    actif = await actif_livre(parcours)
    chemin = f"/v1/actifs/{actif['id']}/perte"
    assert (await parcours.demandeur.post(chemin, json={})).status_code == 422
    perdu = await parcours.demandeur.post(chemin, json={"nature": "vol"})
    assert (perdu.json()["etat"], perdu.json()["nature"]) == ("perdu", "vol")
    (evenement,) = await parcours.banc.sortants("actif.perdu")
    assert (evenement.donnees["nature"], evenement.donnees["fait_le"]) == ("vol", "2026-09-01")


def intervention(**champs: Any) -> dict[str, Any]:
    return {
        "organisme": "MTQ",
        "incident_id": str(uuid4()),
        "intervention_id": str(uuid4()),
        "debut": "2026-09-01T22:00:00Z",
        "minutes": 20,
        "cloture": True,
        **champs,
    }


async def test_dem_5_le_soutien_etendu_exige_un_abonnement_ce_jour_la(
    parcours: Parcours,
) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    parcours.banc.horloge.aller("2026-09-01T23:00Z")
    refus = await parcours.csc.post("/v1/interventions", json=intervention())
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-5")

    await parcours.agir(parcours.csc, demande, "completion")
    (souscrit,) = await parcours.banc.sortants("abonnement.souscrit")
    assert (souscrit.donnees["service"], souscrit.donnees["debut"]) == (
        "soutien_etendu",
        "2026-09-01",
    )
    corps = intervention()
    assert (await parcours.csc.post("/v1/interventions", json=corps)).status_code == 201
    repetee = await parcours.csc.post("/v1/interventions", json=corps)
    assert repetee.status_code == 201
    assert len(await parcours.banc.sortants("intervention.effectuée")) == 1

    seconde = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    deja = await parcours.agir(parcours.csc, seconde, "completion", 409)
    assert deja["regle"] == "DEM-5"

    chemin = f"/v1/abonnements-soutien/{souscrit.cle}/resiliation"
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    resilie = await gestionnaire.post(chemin, json={"fin": "2026-09-10"})
    assert resilie.json()["fin"] == "2026-09-10"
    assert (await gestionnaire.post(chemin, json={})).status_code == 409
    parcours.banc.horloge.aller("2026-09-12T12:00Z")
    tard = intervention(debut="2026-09-10T12:00:00Z")
    refus = await parcours.csc.post("/v1/interventions", json=tard)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-5")
    a_temps = intervention(debut="2026-09-09T22:00:00Z")
    assert (await parcours.csc.post("/v1/interventions", json=a_temps)).status_code == 201


async def test_fac_4_un_incident_clos_n_admet_que_ce_qui_a_precede(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2026-09-02T12:00Z")
    incident = str(uuid4())
    fin = intervention(incident_id=incident, debut="2026-09-01T22:00:00Z")
    assert (await parcours.csc.post("/v1/interventions", json=fin)).status_code == 201
    apres = intervention(incident_id=incident, debut="2026-09-01T23:00:00Z", cloture=False)
    assert (await parcours.csc.post("/v1/interventions", json=apres)).status_code == 409
    avant = intervention(incident_id=incident, debut="2026-09-01T21:00:00Z", cloture=False)
    assert (await parcours.csc.post("/v1/interventions", json=avant)).status_code == 201


async def test_fac_4_un_incident_ne_se_clot_qu_une_fois_meme_de_deux_cotes(
    parcours: Parcours,
) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2026-09-02T12:00Z")
    for _ in range(5):
        incident = str(uuid4())
        fins = (intervention(incident_id=incident) for _ in range(3))
        reponses = await asyncio.gather(
            *(parcours.csc.post("/v1/interventions", json=fin) for fin in fins)
        )
        assert sorted(r.status_code for r in reponses) == [201, 409, 409]


async def test_fac_4_une_intervention_d_un_autre_incident_ne_se_tait_pas(
    parcours: Parcours,
) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2026-09-02T12:00Z")
    notee = intervention()
    assert (await parcours.csc.post("/v1/interventions", json=notee)).status_code == 201
    ailleurs = intervention(intervention_id=notee["intervention_id"])
    refus = await parcours.csc.post("/v1/interventions", json=ailleurs)
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-4")
