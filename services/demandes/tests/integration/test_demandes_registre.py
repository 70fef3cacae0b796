"""Le fichier client et l'approbation par un signataire autorisé à la date de l'acte (DEM-3)."""

from typing import Any

import pytest
from sqlalchemy import text

from demandes.demande.domaine.demande import EN_COURS_MAX
from services.demandes.tests.parcours import Parcours
from socle.web.etags import etag

pytestmark = pytest.mark.integration


async def test_dem_8_le_fichier_client_s_ouvre_et_se_modifie(parcours: Parcours) -> None:
    corps = {
        "code": "BAnQ".upper(),
        "nom": "Bibliothèque",
        "interlocuteur": {"nom": "Achats", "courriel": "achats@banq.example"},
        "taxable": True,
    }
    cree = await parcours.csc.post("/v1/organismes", json=corps)
    assert (cree.status_code, cree.headers["etag"]) == (201, etag(cree.content, 1))
    assert (await parcours.csc.post("/v1/organismes", json=corps)).status_code == 409
    chemin = cree.headers["location"]
    sans_condition = await parcours.csc.patch(chemin, json={"taxable": False})
    assert sans_condition.status_code == 428
    modifie = await parcours.csc.patch(
        chemin, json={"taxable": False, "interlocuteur": None}, headers={"If-Match": '"1"'}
    )
    assert (modifie.json()["taxable"], modifie.json()["interlocuteur"]) == (False, None)
    perime = await parcours.csc.patch(chemin, json={"nom": "X"}, headers={"If-Match": '"1"'})
    assert perime.status_code == 412
    inscrit, change = [s for s in await parcours.banc.sortants() if s.cle == "BANQ"]
    assert (inscrit.type, change.type) == ("organisme.inscrit", "organisme.modifié")
    assert inscrit.donnees["destinataire"]["courriel"] == "achats@banq.example"
    assert change.donnees["destinataire"] is None
    assert "interlocuteur" not in inscrit.donnees


async def test_dem_8_modifier_sans_rien_changer_ne_fait_ni_version_ni_evenement(
    parcours: Parcours,
) -> None:
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    avant = [s.id for s in await parcours.banc.sortants()]
    for corps in ({}, {"nom": lu.json()["nom"]}, {"taxable": lu.json()["taxable"]}):
        rendu = await parcours.csc.patch(
            "/v1/organismes/MTQ", json=corps, headers={"If-Match": lu.headers["etag"]}
        )
        assert (rendu.status_code, rendu.headers["etag"]) == (200, lu.headers["etag"]), corps
    assert [s.id for s in await parcours.banc.sortants()] == avant


_MULTIPLIER = """
INSERT INTO demandes
SELECT (jsonb_populate_record(d, jsonb_build_object(
    'id', gen_random_uuid(), 'numero', d.numero || '-' || n))).*
FROM demandes AS d, generate_series(1, :fois) AS n
"""


async def test_dem_2_les_demandes_en_cours_d_un_organisme_sont_bornees(parcours: Parcours) -> None:
    """Brouillons compris; une demande finie rend sa place."""
    brouillon = {"sorte": "soutien_etendu"}
    premiere = await parcours.demandeur.post("/v1/demandes", json=brouillon)
    async with parcours.banc.interne() as connexion:
        await connexion.ecrire(text(_MULTIPLIER), {"fois": EN_COURS_MAX - 2})
    suivantes = [await parcours.demandeur.post("/v1/demandes", json=brouillon) for _ in range(2)]
    assert [r.status_code for r in suivantes] == [201, 409]
    assert suivantes[1].json()["regle"] == "DEM-2"
    assert suivantes[1].json()["details"] == {"en_cours_max": EN_COURS_MAX}
    adresse = f"/v1/demandes/{premiere.json()['id']}/annulation"
    perimee = await parcours.demandeur.post(adresse, headers={"If-Match": '"9"'})
    assert perimee.status_code == 412
    lue = {"If-Match": premiere.headers["etag"]}
    assert (await parcours.demandeur.post(adresse, headers=lue)).status_code == 200
    assert (await parcours.demandeur.post("/v1/demandes", json=brouillon)).status_code == 201


@pytest.mark.parametrize("champ", ["taxable", "assujetti_rcti", "actif"])
async def test_dem_8_un_organisme_ne_s_exempte_pas_lui_meme(parcours: Parcours, champ: str) -> None:
    """Taxes (FAC-10), RCTI (CI-15), qualité de client : seul le MCN les change."""
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    avant = await gestionnaire.get("/v1/organismes/MTQ")
    condition = {"If-Match": avant.headers["etag"]}
    corps = {champ: not avant.json()[champ]}
    refus = await gestionnaire.patch("/v1/organismes/MTQ", json=corps, headers=condition)
    assert (refus.status_code, refus.json()["regle"]) == (403, "DEM-8")
    assert (await gestionnaire.get("/v1/organismes/MTQ")).json() == avant.json()
    permis = await gestionnaire.patch(
        "/v1/organismes/MTQ", json={"adresse": "1, rue X"}, headers=condition
    )
    assert permis.json()["adresse"] == "1, rue X"


async def test_dem_8_le_mcn_dit_le_neq_d_un_organisme_et_les_autres_l_apprennent(
    parcours: Parcours,
) -> None:
    """Dix chiffres; l'organisme ne se le donne pas (CI-18)."""
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    avant = await gestionnaire.get("/v1/organismes/MTQ")
    assert avant.json()["neq"] is None
    condition, corps = {"If-Match": avant.headers["etag"]}, {"neq": "8831234567"}
    for client, envoye, statut in (
        (gestionnaire, corps, 403),
        (parcours.csc, {"neq": "883123456"}, 422),
        (parcours.csc, {"neq": "８８３１２３４５６７"}, 422),
        (parcours.csc, corps, 200),
    ):
        rendu = await client.patch("/v1/organismes/MTQ", json=envoye, headers=condition)
        assert rendu.status_code == statut, rendu.text
    assert (await gestionnaire.get("/v1/organismes/MTQ")).json()["neq"] == "8831234567"
    *_, modifie = await parcours.banc.sortants("organisme.modifié")
    assert (modifie.cle, modifie.donnees["neq"]) == ("MTQ", "8831234567")


async def test_dem_8_un_organisme_inactif_ne_demande_plus(parcours: Parcours) -> None:
    lu = await parcours.csc.get("/v1/organismes/MTQ")
    await parcours.csc.patch(
        "/v1/organismes/MTQ", json={"actif": False}, headers={"If-Match": lu.headers["etag"]}
    )
    reponse = await parcours.demandeur.post("/v1/demandes", json={"sorte": "soutien_etendu"})
    assert (reponse.status_code, reponse.json()["regle"]) == (409, "DEM-14")


async def test_dem_8_un_organisme_ne_voit_que_son_fichier(parcours: Parcours) -> None:
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    liste = (await gestionnaire.get("/v1/organismes")).json()["elements"]
    assert [o["code"] for o in liste] == ["MTQ"]
    assert (await gestionnaire.get("/v1/organismes/SQ")).status_code == 404
    assert (await gestionnaire.get("/v1/organismes/SQ/signataires")).status_code == 404
    mandat = {"nom": "X", "sujet": "x", "debut": "2026-09-01"}
    refus = await gestionnaire.post("/v1/organismes/SQ/signataires", json=mandat)
    assert refus.status_code == 404


async def test_dem_3_hors_du_registre_ce_jour_la_403(parcours: Parcours) -> None:
    demande = await parcours.creer()
    intrus = parcours.banc.client("signataire", organisme="MTQ", sujet="inconnu")
    refus = await parcours.agir(intrus, demande, "approbation", 403)
    assert refus["regle"] == "DEM-3"
    machine = parcours.banc.client("signataire", "portail", organisme="MTQ", sujet="signataire-MTQ")
    assert (await parcours.agir(machine, demande, "approbation", 403))["regle"] == "DEM-3"
    assert (await parcours.agir(parcours.demandeur, demande, "approbation", 403))["status"] == 403


async def test_dem_3_un_mandat_fini_ne_signe_plus_son_substitut_non_plus(
    parcours: Parcours,
) -> None:
    chemin = "/v1/organismes/MTQ"
    registre = (await parcours.csc.get(f"{chemin}/signataires")).json()["elements"]
    signataire: dict[str, Any] = registre[0]
    substitution = {
        "remplace_id": signataire["id"],
        "nom": "B. Gagnon",
        "sujet": "substitut",
        "debut": "2026-09-02",
        "fin": "2026-09-05",
    }
    cree = await parcours.csc.post(f"{chemin}/substitutions", json=substitution)
    assert cree.status_code == 201
    substitut = parcours.banc.client("signataire", organisme="MTQ", sujet="substitut")
    premiere, deuxieme, troisieme = [await parcours.creer() for _ in range(3)]

    await parcours.agir(substitut, premiere, "approbation", 403)
    parcours.banc.horloge.aller("2026-09-02T09:00-04:00")
    await parcours.agir(substitut, premiere, "approbation")
    acte = (await parcours.banc.sortants("demande.approuvée"))[0]
    assert acte.donnees["signataire_id"] == cree.json()["id"]
    assert acte.donnees["au_nom_de_id"] == signataire["id"]

    fin = await parcours.csc.post(
        f"{chemin}/signataires/{signataire['id']}/fin", json={"fin": "2026-09-03"}
    )
    assert fin.json()["fin"] == "2026-09-03"
    await parcours.agir(parcours.signataire, deuxieme, "refus", motif="Budget.")
    parcours.banc.horloge.aller("2026-09-03T00:00-04:00")
    await parcours.agir(parcours.signataire, troisieme, "approbation", 403)
    await parcours.agir(substitut, troisieme, "approbation", 403)


async def test_dem_3_on_ne_finit_pas_un_mandat_dans_le_passe(parcours: Parcours) -> None:
    registre = (await parcours.csc.get("/v1/organismes/MTQ/signataires")).json()["elements"]
    chemin = f"/v1/organismes/MTQ/signataires/{registre[0]['id']}/fin"
    refus = await parcours.csc.post(chemin, json={"fin": "2026-08-31"})
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-3")


async def test_dem_14_une_personne_n_a_qu_un_mandat_ouvert(parcours: Parcours) -> None:
    chemin = "/v1/organismes/MTQ/signataires"
    second = {"nom": "S.", "sujet": "signataire-MTQ", "debut": "2026-11-01"}
    refus = await parcours.csc.post(chemin, json=second)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-14")
    (ouvert,) = (await parcours.csc.get(chemin)).json()["elements"]
    await parcours.csc.post(f"{chemin}/{ouvert['id']}/fin", json={"fin": "2026-11-01"})
    assert (await parcours.csc.post(chemin, json=second)).status_code == 201, "il suit le premier"
    empiete = await parcours.csc.post(f"{chemin}/{ouvert['id']}/fin", json={"fin": "2026-11-02"})
    assert (empiete.status_code, empiete.json()["regle"]) == (409, "DEM-14")
    autre = {**second, "sujet": "quelqu-un-d-autre"}
    assert (await parcours.csc.post(chemin, json=autre)).status_code == 201


async def test_dem_3_nul_ne_s_inscrit_lui_meme_au_registre(parcours: Parcours) -> None:
    """Qui tient le fichier client ne se donne pas le droit de signer; le MCN, qui en répond, si."""
    corps = {"nom": "Gestion", "sujet": "ges", "courriel": "ges@mtq.example", "debut": "2026-09-01"}
    adresse = "/v1/organismes/MTQ/signataires"
    sien = parcours.banc.client("gestionnaire", organisme="MTQ", sujet="ges")
    refus = await sien.post(adresse, json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (403, "DEM-3"), refus.text
    autre = parcours.banc.client("gestionnaire", organisme="MTQ", sujet="autre")
    assert (await autre.post(adresse, json=corps)).status_code == 201
