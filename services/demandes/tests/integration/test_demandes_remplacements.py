"""Un actif remplacé par un autre (DEM-7, FAC-2, FAC-5), par l'API."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.demandes.tests.parcours import PRODUITS, Parcours, produit_inscrit

pytestmark = pytest.mark.integration

PANNE = {"raison": "defectueux", "fait_le": "2026-09-15"}
AUTRE = {"raison": "autre", "fait_le": "2026-09-15"}


async def livrer(parcours: Parcours, produit: str = "PORTABLE-14") -> dict[str, Any]:
    """Un actif livré maintenant, et la demande dont il est né."""
    demande = await parcours.prise_en_charge(articles=[{"produit": produit}])
    article = demande["articles"][0]["id"]
    livree = await parcours.agir(parcours.csc, demande, "livraison", article_id=article)
    return {"id": livree["articles"][0]["actif_id"], "demande": demande}


async def deux(parcours: Parcours) -> tuple[str, str]:
    """L'ancien, livré le 1er septembre; le nouveau, le 10; on est le 20."""
    ancien = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-10T14:00Z")
    nouveau = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    return ancien["id"], nouveau["id"]


async def remplacer(
    parcours: Parcours, ancien: str, par: str, corps: Mapping[str, Any] = PANNE, statut: int = 200
) -> dict[str, Any]:
    chemin = f"/v1/actifs/{ancien}/remplacement"
    reponse = await parcours.csc.post(chemin, json={"par_actif_id": par, **corps})
    assert reponse.status_code == statut, reponse.text
    rendu: dict[str, Any] = reponse.json()
    return rendu


async def vie(parcours: Parcours, mois: int) -> None:
    """Le portatif a cette durée de vie."""
    produit = produit_inscrit("PORTABLE-14", **PRODUITS["PORTABLE-14"], duree_de_vie_mois=mois)
    await parcours.banc.recevoir(produit)


async def lu(parcours: Parcours, actif: str) -> dict[str, Any]:
    rendu: dict[str, Any] = (await parcours.csc.get(f"/v1/actifs/{actif}")).json()
    return rendu


async def rectifier(
    parcours: Parcours, actif: str, acte: object, juste: str | None
) -> httpx.Response:
    corps = {"actes": [{"acte_id": str(acte), "survenu_le": juste}], "motif": "Erreur de saisie."}
    return await parcours.csc.post(f"/v1/actifs/{actif}/rectification", json=corps)


async def test_fac_5_remplace_il_finit_et_son_engagement_se_reporte(parcours: Parcours) -> None:
    ancien, nouveau = await deux(parcours)
    for _ in range(2):
        fini = await remplacer(parcours, ancien, nouveau)
        assert (fini["etat"], fini["fin_le"]) == ("remplace", "2026-09-15")
        assert fini["remplace_par"] == nouveau
    suivant = await lu(parcours, nouveau)
    assert (suivant["succede_a"], suivant["engage_depuis"]) == (ancien, "2026-09-01")
    (dit,) = await parcours.banc.sortants("actif.remplacé")
    assert (dit.donnees["premature"], dit.donnees["raison"]) == (False, "defectueux")
    assert (dit.cle, dit.donnees["par_actif_id"]) == (ancien, nouveau)
    (reporte,) = await parcours.banc.sortants("engagement.reporté")
    assert (reporte.cle, reporte.donnees["de_actif_id"]) == (nouveau, ancien)
    assert reporte.donnees["en_service_depuis"] == "2026-09-01"
    assert reporte.survenu_le == dit.survenu_le


async def test_fac_5_de_remplacement_en_remplacement_le_debut_reste_le_premier(
    parcours: Parcours,
) -> None:
    ancien, nouveau = await deux(parcours)
    await remplacer(parcours, ancien, nouveau)
    tiers = await livrer(parcours)
    await remplacer(parcours, nouveau, tiers["id"], {"raison": "desuet"})
    assert (await lu(parcours, tiers["id"]))["engage_depuis"] == "2026-09-01"
    (_, dernier) = await parcours.banc.sortants("engagement.reporté")
    assert dernier.donnees["en_service_depuis"] == "2026-09-01"
    # Le second s'appuie sur le premier, qui ne s'annule plus sans lui.
    (premier, _) = await parcours.banc.sortants("actif.remplacé")
    refus = await rectifier(parcours, ancien, premier.id, None)
    assert refus.status_code == 409, refus.text
    assert refus.json()["details"]["acte_contredit"]["acte"] == "remplacement"


@pytest.mark.parametrize(("mois", "premature"), [(1, True), (None, None)])
async def test_fac_2_la_duree_de_vie_du_produit_dit_s_il_est_premature(
    parcours: Parcours, mois: int | None, premature: bool | None
) -> None:
    ancien, nouveau = await deux(parcours)
    if mois is None:
        refus = await remplacer(parcours, ancien, nouveau, AUTRE, 409)
        assert refus["regle"] == "FAC-2"
        dit = {**AUTRE, "premature": True, "motif": "À la demande de l'organisme."}
        await remplacer(parcours, ancien, nouveau, {**dit, "motif": None}, 422)
        await remplacer(parcours, ancien, nouveau, dit)
    else:
        await vie(parcours, mois)
        contraire = {**AUTRE, "premature": not premature, "motif": "Je juge autrement."}
        assert (await remplacer(parcours, ancien, nouveau, contraire, 409))["regle"] == "FAC-2"
        await remplacer(parcours, ancien, nouveau, AUTRE)
    (dit_premature,) = await parcours.banc.sortants("actif.remplacé")
    assert dit_premature.donnees["premature"] is True
    assert await parcours.banc.sortants("engagement.reporté") == []
    suivant = await lu(parcours, nouveau)
    assert (suivant["succede_a"], suivant["engage_depuis"]) == (ancien, None)
    lignes = (await parcours.csc.get(f"/v1/actifs/{ancien}/chronologie")).json()["elements"]
    assert (lignes[-1]["premature"], lignes[-1]["duree_de_vie_mois"]) == (True, mois)


@pytest.mark.parametrize("raison", ["desuet", "defectueux", "recree"])
async def test_fac_2_jamais_premature_d_un_poste_desuet_ou_defectueux(
    parcours: Parcours, raison: str
) -> None:
    await vie(parcours, 48)
    ancien, nouveau = await deux(parcours)
    dit = {**PANNE, "raison": raison, "premature": True, "motif": "Il est bien jeune."}
    assert (await remplacer(parcours, ancien, nouveau, dit, 409))["regle"] == "FAC-2"
    await remplacer(parcours, ancien, nouveau, {**PANNE, "raison": raison})
    (evenement,) = await parcours.banc.sortants("actif.remplacé")
    assert evenement.donnees["premature"] is False


async def test_fac_2_la_duree_de_vie_changee_ensuite_ne_change_rien_au_passe(
    parcours: Parcours,
) -> None:
    await vie(parcours, 1)
    ancien, nouveau = await deux(parcours)
    await remplacer(parcours, ancien, nouveau, AUTRE)
    (dit,) = await parcours.banc.sortants("actif.remplacé")
    rendu = await rectifier(parcours, ancien, dit.id, "2026-09-14T16:00:00Z")
    assert rendu.json()["fin_le"] == "2026-09-14"
    lignes = (await parcours.csc.get(f"/v1/actifs/{ancien}/chronologie")).json()["elements"]
    assert lignes[-1]["duree_de_vie_mois"] == 1


async def test_dem_13_un_remplacement_rectifie_l_est_des_deux_cotes(parcours: Parcours) -> None:
    ancien, nouveau = await deux(parcours)
    await remplacer(parcours, ancien, nouveau)
    (dit,) = await parcours.banc.sortants("actif.remplacé")
    (reporte,) = await parcours.banc.sortants("engagement.reporté")
    refus = await rectifier(parcours, nouveau, reporte.id, None)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-13")
    trop_tot = await rectifier(parcours, ancien, dit.id, "2026-09-05T16:00:00Z")
    assert trop_tot.status_code == 409, "le nouveau n'est pas encore livré"
    assert (await rectifier(parcours, ancien, dit.id, "2026-09-12T16:00:00Z")).is_success
    nul = await rectifier(parcours, ancien, dit.id, None)
    assert (nul.json()["etat"], nul.json()["remplace_par"]) == ("en_service", None)
    assert (await lu(parcours, nouveau))["engage_depuis"] is None
    rectifies = await parcours.banc.sortants("acte.rectifié")
    assert [(r.donnees["acte_id"], r.donnees["survenu_le"]) for r in rectifies] == [
        (str(dit.id), "2026-09-12T16:00:00Z"),
        (str(reporte.id), "2026-09-12T16:00:00Z"),
        (str(dit.id), None),
        (str(reporte.id), None),
    ]
    assert [r.cle for r in rectifies] == [ancien, nouveau] * 2
    # Annulé, il s'inscrit autrement, le même jour.
    await remplacer(parcours, ancien, nouveau, {**PANNE, "raison": "desuet"})


async def test_dem_13_redate_avant_la_fin_de_vie_il_serait_premature(parcours: Parcours) -> None:
    await vie(parcours, 1)
    ancien = (await livrer(parcours))["id"]
    nouveau = (await livrer(parcours))["id"]
    parcours.banc.horloge.aller("2026-10-20T12:00Z")
    await remplacer(parcours, ancien, nouveau, {"raison": "autre", "fait_le": "2026-10-15"})
    (dit,) = await parcours.banc.sortants("actif.remplacé")
    assert dit.donnees["premature"] is False
    refus = await rectifier(parcours, ancien, dit.id, "2026-09-30T16:00:00Z")
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-2")
    assert (await rectifier(parcours, ancien, dit.id, "2026-10-01T16:00:00Z")).is_success


async def test_dem_13_la_livraison_de_l_ancien_ne_se_redate_pas_sous_un_remplacement(
    parcours: Parcours,
) -> None:
    ancien = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-10T14:00Z")
    nouveau = await livrer(parcours)
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    await remplacer(parcours, ancien["id"], nouveau["id"])
    (livraison, _) = await parcours.banc.sortants("poste.livré")
    juste = {"acte_id": str(livraison.id), "survenu_le": "2026-09-01T23:00:00Z"}
    corps = {"actes": [juste], "motif": "À l'heure près."}
    # Le même jour, le remplacement en dit encore vrai; un autre, non.
    await parcours.agir(parcours.csc, ancien["demande"], "rectification", 200, **corps)
    juste["survenu_le"] = "2026-09-02T16:00:00Z"
    refus = await parcours.agir(parcours.csc, ancien["demande"], "rectification", 409, **corps)
    assert refus["details"]["acte_contredit"]["acte"] == "remplacement"


async def test_dem_7_recupere_apres_son_remplacement_l_ancien_garde_sa_fin(
    parcours: Parcours,
) -> None:
    ancien, nouveau = await deux(parcours)
    await remplacer(parcours, ancien, nouveau)
    chemin = f"/v1/actifs/{ancien}"
    tot = await parcours.csc.post(f"{chemin}/recuperation", json={"fait_le": "2026-09-12"})
    assert tot.status_code == 409, "il était encore en service"
    fini = (await parcours.csc.post(f"{chemin}/recuperation", json={})).json()
    assert (fini["etat"], fini["fin_le"]) == ("recupere", "2026-09-15")
    perdu = await parcours.csc.post(f"{chemin}/perte", json={"nature": "vol"})
    assert perdu.status_code == 409


async def test_dem_7_prend_la_place_un_actif_de_l_organisme_en_service_ce_jour_la(
    parcours: Parcours,
) -> None:
    ancien, nouveau = await deux(parcours)
    await remplacer(parcours, ancien, str(uuid4()), statut=404)
    assert (await remplacer(parcours, ancien, ancien, statut=409))["regle"] == "DEM-7"
    trop_tot = {**PANNE, "fait_le": "2026-09-09"}
    assert (await remplacer(parcours, ancien, nouveau, trop_tot, 409))["regle"] == "DEM-7"
    await remplacer(parcours, ancien, nouveau, {**PANNE, "fait_le": "2026-09-21"}, 409)
    await remplacer(parcours, ancien, nouveau, {"raison": "usure"}, 422)
    chemin, corps = f"/v1/actifs/{ancien}/remplacement", {"par_actif_id": nouveau, **PANNE}
    for client in (parcours.demandeur, parcours.banc.client("itsm")):
        assert (await client.post(chemin, json=corps)).status_code == 403
    assert await parcours.banc.sortants("actif.remplacé") == [], "rien ne s'est écrit"
    await remplacer(parcours, ancien, nouveau)
    second = await livrer(parcours)
    deja = await remplacer(parcours, second["id"], nouveau, {"raison": "desuet"}, 409)
    assert deja["regle"] == "DEM-7"
    assert (await lu(parcours, second["id"]))["etat"] == "en_service"


async def test_dem_14_l_actif_d_un_autre_organisme_est_introuvable(parcours: Parcours) -> None:
    ancien, _ = await deux(parcours)
    sq = parcours.banc.client("demandeur", organisme="SQ", sujet="demandeur-SQ")
    signataire = parcours.banc.client("signataire", organisme="SQ", sujet="signataire-SQ")
    ailleurs = Parcours(parcours.banc, parcours.csc, sq, signataire)
    autre = await livrer(ailleurs)
    refus = await remplacer(parcours, ancien, autre["id"], {"raison": "desuet"}, 404)
    assert "introuvable" in refus["detail"]


async def test_fac_5_deux_actifs_ne_se_remplacent_pas_l_un_l_autre(parcours: Parcours) -> None:
    ancien, nouveau = await deux(parcours)
    await remplacer(parcours, ancien, nouveau)
    # Le même jour, donc à la même seconde : l'ancien y était encore, et n'y est plus le soir.
    refus = await remplacer(parcours, nouveau, ancien, statut=409)
    assert refus["regle"] == "FAC-5"
    assert (await lu(parcours, nouveau))["etat"] == "en_service"
    assert len(await parcours.banc.sortants("actif.remplacé")) == 1
    # Annulé, l'inverse s'inscrit; le premier ne se rétablit plus, ce jour-là.
    (dit,) = await parcours.banc.sortants("actif.remplacé")
    assert (await rectifier(parcours, ancien, dit.id, None)).is_success
    await remplacer(parcours, nouveau, ancien)
    retabli = await rectifier(parcours, ancien, dit.id, "2026-09-15T16:00:00Z")
    assert retabli.status_code == 409, retabli.text


@pytest.mark.parametrize(
    ("fin", "corps"),
    [("recuperation", {}), ("perte", {"nature": "vol"})],
    ids=["recupere", "perdu"],
)
async def test_fac_5_fini_ce_jour_la_il_ne_prend_la_place_de_personne(
    parcours: Parcours, fin: str, corps: Mapping[str, Any]
) -> None:
    ancien, nouveau = await deux(parcours)
    fini = await parcours.csc.post(
        f"/v1/actifs/{nouveau}/{fin}", json={**corps, "fait_le": "2026-09-15"}
    )
    assert fini.is_success, fini.text
    for jour in ("2026-09-15", "2026-09-16"):
        refus = await remplacer(parcours, ancien, nouveau, {**PANNE, "fait_le": jour}, 409)
        assert refus["regle"] == ("FAC-5" if jour == "2026-09-15" else "DEM-7")
    # La veille, il y était encore; la rectification qui l'en approche garde la règle.
    await remplacer(parcours, ancien, nouveau, {**PANNE, "fait_le": "2026-09-14"})
    (dit,) = await parcours.banc.sortants("actif.remplacé")
    refus_redate = await rectifier(parcours, ancien, dit.id, "2026-09-15T16:00:00Z")
    assert (refus_redate.status_code, refus_redate.json()["regle"]) == (409, "FAC-5")
