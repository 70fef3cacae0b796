"""Qui approuve pour soi : cela se lit dans la chronologie, et un organisme l'interdit (DEM-14)."""

from datetime import timedelta

import pytest

from noyau import jour_de_quebec
from services.demandes.tests.parcours import Parcours, chronologie

pytestmark = pytest.mark.integration


async def test_dem_14_qui_approuve_sa_propre_demande_se_lit_et_s_interdit(
    parcours: Parcours,
) -> None:
    deux = parcours.banc.client("demandeur", "signataire", organisme="MTQ", sujet="signataire-MTQ")
    corps = {"sorte": "soutien_etendu", "soumettre": True}
    premiere = (await deux.post("/v1/demandes", json=corps)).json()
    await parcours.agir(deux, premiere, "approbation")
    assert (await chronologie(parcours, premiere))["approbation"]["propre_demande"] is True
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    regle = await gestionnaire.patch(
        "/v1/organismes/MTQ",
        json={"approbation_par_autrui": True},
        headers={"If-Match": lu.headers["etag"]},
    )
    assert regle.json()["approbation_par_autrui"] is True
    seconde = (await deux.post("/v1/demandes", json=corps)).json()
    refus = await parcours.agir(deux, seconde, "approbation", 403)
    assert refus["regle"] == "DEM-14"
    d_un_autre = await parcours.creer()
    await parcours.agir(deux, d_un_autre, "approbation")
    assert (await chronologie(parcours, d_un_autre))["approbation"]["propre_demande"] is False


async def test_dem_14_un_substitut_n_approuve_pas_la_demande_de_qui_il_remplace(
    parcours: Parcours,
) -> None:
    """Au nom de l'auteur, c'est encore sa propre demande : elle se lit ainsi, et s'interdit."""
    auteur = parcours.banc.client("demandeur", organisme="MTQ", sujet="signataire-MTQ")
    substitut = parcours.banc.client("signataire", organisme="MTQ", sujet="substitut")
    (mandat,) = (await parcours.csc.get("/v1/organismes/MTQ/signataires")).json()["elements"]
    aujourdhui = jour_de_quebec(parcours.banc.horloge())
    corps = {
        "remplace_id": mandat["id"], "nom": "Substitut", "sujet": "substitut",
        "debut": str(aujourdhui), "fin": str(aujourdhui + timedelta(days=5)),
    }  # fmt: skip
    inscrite = await parcours.csc.post("/v1/organismes/MTQ/substitutions", json=corps)
    assert inscrite.status_code == 201, inscrite.text
    demande = {"sorte": "soutien_etendu", "soumettre": True}
    premiere = (await auteur.post("/v1/demandes", json=demande)).json()
    await parcours.agir(substitut, premiere, "approbation")
    assert (await chronologie(parcours, premiere))["approbation"]["propre_demande"] is True
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    await parcours.csc.patch(
        "/v1/organismes/MTQ",
        json={"approbation_par_autrui": True},
        headers={"If-Match": lu.headers["etag"]},
    )
    seconde = (await auteur.post("/v1/demandes", json=demande)).json()
    refus = await parcours.agir(substitut, seconde, "approbation", 403)
    assert refus["regle"] == "DEM-14"


async def test_dem_14_qui_soumet_la_demande_d_un_collegue_la_fait_sienne(
    parcours: Parcours,
) -> None:
    deux = parcours.banc.client("demandeur", "signataire", organisme="MTQ", sujet="signataire-MTQ")
    premiere = await parcours.creer(soumettre=False)
    await parcours.agir(deux, premiere, "soumission")
    await parcours.agir(deux, premiere, "approbation")
    assert (await chronologie(parcours, premiere))["approbation"]["propre_demande"] is True
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    await parcours.csc.patch(
        "/v1/organismes/MTQ",
        json={"approbation_par_autrui": True},
        headers={"If-Match": lu.headers["etag"]},
    )
    seconde = await parcours.creer(soumettre=False)
    await parcours.agir(deux, seconde, "soumission")
    refus = await parcours.agir(deux, seconde, "approbation", 403)
    assert refus["regle"] == "DEM-14"
    await parcours.agir(deux, seconde, "refus", motif="Budget.")
