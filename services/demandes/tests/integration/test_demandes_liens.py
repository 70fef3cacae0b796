"""Le lien physique : requis, mis en service, quitté (TEL-1); les abonnements sans actif (FAC-1)."""

from typing import Any

import httpx
import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration
LIEN: dict[str, Any] = {"sorte": "lien_physique", "articles": [], "site": "QC-700RL"}
SOUTIEN: dict[str, Any] = {"sorte": "soutien_etendu", "articles": []}


async def relie(parcours: Parcours, **champs: Any) -> dict[str, Any]:
    """Une demande de lien, menée à sa mise en service."""
    demande = await parcours.prise_en_charge(**{**LIEN, **champs})
    return await parcours.agir(parcours.csc, demande, "completion")


async def abonnements(client: httpx.AsyncClient, **filtres: str) -> list[dict[str, Any]]:
    lus = await client.get("/v1/abonnements", params=filtres)
    assert lus.status_code == 200, lus.text
    elements: list[dict[str, Any]] = lus.json()["elements"]
    return elements


async def resilier(client: httpx.AsyncClient, chemin: str, **corps: Any) -> tuple[int, str | None]:
    rendu = await client.post(f"/v1/{chemin}/resiliation", json=corps)
    return rendu.status_code, rendu.json().get("regle")


async def test_tel_1_un_lien_mis_en_service_abonne_au_service(parcours: Parcours) -> None:
    demande = await relie(parcours, imputation="2100-447")
    assert demande["site"] == "QC-700RL"
    (souscrit,) = await parcours.banc.sortants("abonnement.souscrit")
    (lu,) = await abonnements(parcours.demandeur, service="lien_physique")
    assert souscrit.cle == lu["id"]
    assert souscrit.donnees == {
        "organisme": "MTQ",
        "abonnement_id": lu["id"],
        "service": "lien_physique",
        "tarif": None,
        "quantite": 1,
        "demande_id": demande["id"],
        "site": "QC-700RL",
        "debut": "2026-09-01",
        "imputation": "2100-447",
    }


async def test_tel_1_un_lien_ne_se_met_en_service_que_sur_une_requisition_signee(
    parcours: Parcours,
) -> None:
    demande = await parcours.creer(**LIEN)
    assert demande["faits"]["approbation_requise"] is True
    refus = await parcours.agir(parcours.csc, demande, "prise-en-charge", 409)
    assert refus["regle"] == "DEM-4"
    refus = await parcours.agir(parcours.csc, demande, "completion", 409)
    assert refus["regle"] == "DEM-4"
    mandat = {"nom": "E.", "sujet": "expert", "debut": "2026-04-01"}
    mandat |= {"familles": ["expertise_conseil"]}  # type: ignore[dict-item]
    inscrit = await parcours.csc.post("/v1/organismes/MTQ/signataires", json=mandat)
    assert inscrit.status_code == 201, inscrit.text
    expert = parcours.banc.client("signataire", organisme="MTQ", sujet="expert")
    assert (await parcours.agir(expert, demande, "approbation", 403))["regle"] == "DEM-3"
    assert await parcours.banc.sortants("abonnement.souscrit") == []


async def test_tel_1_un_lien_se_demande_pour_un_site(parcours: Parcours) -> None:
    corps = {**LIEN, "site": None}
    refus = await parcours.demandeur.post("/v1/demandes", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "TEL-1")
    corps = {**LIEN, "articles": [{"produit": "PORTABLE-14"}]}
    refus = await parcours.demandeur.post("/v1/demandes", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-1")


async def test_tel_1_un_organisme_a_plusieurs_liens_et_un_seul_par_demande(
    parcours: Parcours,
) -> None:
    premier, second = await relie(parcours), await relie(parcours, site="MTL-500")
    await parcours.agir(parcours.demandeur, premier, "reouverture", motif="Débit trop faible.")
    parcours.banc.horloge.aller("2026-09-08T10:00-04:00")
    await parcours.agir(parcours.csc, premier, "completion")
    lus = await abonnements(parcours.csc, organisme="MTQ")
    assert {(x["demande_id"], x["site"], x["debut"]) for x in lus} == {
        (premier["id"], "QC-700RL", "2026-09-01"),
        (second["id"], "MTL-500", "2026-09-01"),
    }
    assert len(await parcours.banc.sortants("abonnement.souscrit")) == 2


async def test_tel_1_un_lien_se_quitte_une_fois_et_jamais_dans_le_passe(
    parcours: Parcours,
) -> None:
    await relie(parcours)
    (lien,) = await abonnements(parcours.demandeur)
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    voisin = parcours.banc.client("gestionnaire", organisme="SQ")
    sien, soutien = f"abonnements/{lien['id']}", f"abonnements-soutien/{lien['id']}"
    assert await resilier(parcours.demandeur, sien) == (403, None)
    assert await resilier(voisin, sien) == (404, None)
    assert await resilier(gestionnaire, soutien) == (404, None), "ce n'est pas du soutien étendu"
    assert await resilier(gestionnaire, sien, fin="2026-08-31") == (409, "TEL-1")
    assert await resilier(gestionnaire, sien, fin="2026-10-01") == (200, None)
    assert await resilier(gestionnaire, sien, fin="2026-11-01") == (409, "TEL-1")
    (resilie,) = await parcours.banc.sortants("abonnement.résilié")
    assert (resilie.cle, resilie.donnees["fin"]) == (lien["id"], "2026-10-01")


async def test_fac_1_les_abonnements_se_lisent_ensemble_ou_par_service(
    parcours: Parcours,
) -> None:
    await relie(parcours)
    demande = await parcours.prise_en_charge(**SOUTIEN)
    await parcours.agir(parcours.csc, demande, "completion")
    tous = await abonnements(parcours.demandeur)
    assert [x["service"] for x in tous].count("lien_physique") == 1
    assert len(tous) == 2
    soutien = (await parcours.demandeur.get("/v1/abonnements-soutien")).json()["elements"]
    assert soutien == await abonnements(parcours.demandeur, service="soutien_etendu")
    assert await abonnements(parcours.banc.client("demandeur", organisme="SQ")) == []


async def test_dem_5_un_lien_n_abonne_pas_au_soutien_etendu(parcours: Parcours) -> None:
    await relie(parcours)
    parcours.banc.horloge.aller("2026-09-02T20:00-04:00")
    corps = {
        "organisme": "MTQ",
        "incident_id": "6f0c2a1e-2222-4000-8000-000000000001",
        "intervention_id": "6f0c2a1e-3333-4000-8000-000000000001",
        "debut": "2026-09-02T22:00:00Z",
        "minutes": 20,
        "cloture": True,
    }
    refus = await parcours.csc.post("/v1/interventions", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-5")


async def test_dem_14_un_organisme_inactif_ne_recoit_pas_de_lien(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(**LIEN)
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    condition = {"If-Match": f'"{lu.json()["version"]}"'}
    ferme = await parcours.csc.patch("/v1/organismes/MTQ", json={"actif": False}, headers=condition)
    assert ferme.status_code == 200, ferme.text
    refus = await parcours.agir(parcours.csc, demande, "completion", 409)
    assert refus["regle"] == "DEM-14"
    assert await abonnements(parcours.demandeur) == []


async def test_tel_1_un_lien_court_au_moins_un_jour_et_une_machine_ne_le_resilie_pas(
    parcours: Parcours,
) -> None:
    """Fini le jour où il commence, il ne devrait ni son installation, ni son engagement."""
    await relie(parcours)
    (lu,) = await abonnements(parcours.csc, service="lien_physique")
    chemin = f"abonnements/{lu['id']}"
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    assert await resilier(gestionnaire, chemin) == (409, "TEL-1")
    assert await resilier(gestionnaire, chemin, fin=lu["debut"]) == (409, "TEL-1")
    for roles in (("integration",), ("integration", "gestionnaire")):
        machine = parcours.banc.client(*roles, organisme="MTQ")
        assert (await resilier(machine, chemin, fin="2026-09-02"))[0] == 403
    assert (await resilier(gestionnaire, chemin, fin="2026-09-02"))[0] == 200
