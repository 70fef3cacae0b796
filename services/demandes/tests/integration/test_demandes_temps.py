"""Le temps des actes annoncés par l'ITSM (DEM-12)."""

from typing import Any

import pytest

from services.demandes.tests.itsm import Itsm
from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration


async def test_dem_12_un_acte_arrive_avant_ceux_qui_le_permettent_attend(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    article = demande["articles"][0]["id"]
    for reponse in (
        await itsm.dire("livraison", "2026-09-04T20:00:00Z", article_id=article, **qui),
        await itsm.dire("reprise", "2026-09-04T13:00:00Z", **qui),
        await itsm.dire("suspension", "2026-09-03T13:00:00Z", motif="Attente.", **qui),
    ):
        assert (reponse.status_code, reponse.json()["sort"]) == (202, "differe")
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert len(differes.json()["elements"]) == 3
    prise = await itsm.dire("prise_en_charge", "2026-09-02T13:00:00Z", **qui)
    assert (prise.status_code, prise.json()["sort"]) == (200, "applique")
    assert await parcours.types(demande) == [
        "demande.créée",
        "demande.approuvée",
        "demande.prise_en_charge",
        "demande.suspendue",
        "demande.reprise",
        "poste.livré",
        "demande.complétée",
    ]
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert differes.json()["elements"] == []
    lignes = (await parcours.csc.get(f"/v1/demandes/{demande['id']}/chronologie")).json()
    attendu = [ligne["differe_depuis"] is not None for ligne in lignes["elements"]]
    assert attendu == [False, False, False, False, True, True, True], "la chronologie le dit"


async def test_dem_12_rien_n_est_livre_avant_l_approbation(parcours: Parcours, itsm: Itsm) -> None:
    demande = await parcours.creer()
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    article = demande["articles"][0]["id"]
    for reponse in (
        await itsm.dire("prise_en_charge", "2026-09-02T13:00:00Z", **qui),
        await itsm.dire("livraison", "2026-09-04T20:00:00Z", article_id=article, **qui),
    ):
        assert (reponse.status_code, reponse.json()["regle"]) == (409, "DEM-4")
    await parcours.agir(parcours.signataire, demande, "approbation")
    antidatee = {"survenu_le": "2026-09-02T13:00:00Z"}
    refus = await parcours.agir(parcours.csc, demande, "prise-en-charge", 409, **antidatee)
    assert refus["details"]["acte_contredit"]["acte"] == "soumission"
    brouillon = await parcours.creer(soumettre=False)
    refus_itsm = await itsm.dire("prise_en_charge", demande_id=brouillon["id"])
    assert refus_itsm.status_code == 409, "un brouillon n'attend rien de l'ITSM"


async def test_dem_12_annonce_deux_fois_un_acte_est_le_meme_fait(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    article = demande["articles"][0]["id"]
    dits = [
        ("suspension", "2026-09-03T13:00:00Z", {"motif": "Attente."}),
        ("suspension", "2026-09-03T13:00:00.900Z", {"motif": "Attente."}),
        ("reprise", "2026-09-04T13:00:00Z", {}),
        ("suspension", "2026-09-03T13:00:00Z", {"motif": "Attente."}),
        ("livraison", "2026-09-04T20:00:00Z", {"article_id": article}),
        ("livraison", "2026-09-04T20:00:00Z", {"article_id": article}),
    ]
    for geste, quand, dit in dits:
        reponse = await itsm.dire(geste, quand, **dit, **qui)
        assert (reponse.status_code, reponse.json()["sort"]) == (200, "applique"), reponse.text
    par_rest = await parcours.agir(
        parcours.csc, demande, "suspension", motif="Attente.", survenu_le="2026-09-03T13:00:00Z"
    )
    assert par_rest["etat"] == "completee", "la même suspension, par l'autre porte"
    types = await parcours.types(demande)
    assert len(types) == len(set(types)), types
    autre = await itsm.dire("suspension", "2026-09-03T13:00:00Z", motif="Autre chose.", **qui)
    assert (autre.status_code, autre.json()["regle"]) == (409, "DEM-12")
    lignes = (await parcours.csc.get(f"/v1/demandes/{demande['id']}/chronologie")).json()
    suspension = next(e for e in lignes["elements"] if e["geste"] == "suspension")
    assert autre.json()["details"]["acte_contredit"]["id"] == suspension["acte_id"]


async def test_dem_12_une_suspension_en_retard_s_insere_avec_sa_reprise(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    article = demande["articles"][0]["id"]
    dits = [
        ("reprise", "2026-09-10T13:00:00Z", {}, 202),
        ("livraison", "2026-09-11T13:00:00Z", {"article_id": article}, 200),
        ("suspension", "2026-09-03T13:00:00Z", {"motif": "Attente."}, 200),
    ]
    for geste, quand, dit, statut in dits:
        assert (await itsm.dire(geste, quand, **dit, **qui)).status_code == statut
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert differes.json()["elements"] == []
    assert (await parcours.types(demande)).count("demande.reprise") == 1


async def test_dem_12_un_acte_que_plus_rien_ne_rendrait_possible_est_refuse_et_le_dit(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    assert (await itsm.dire("reprise", "2026-09-04T13:00:00Z", **qui)).status_code == 202
    hier = {"survenu_le": "2026-09-03T13:00:00Z"}
    refus = await parcours.agir(parcours.demandeur, demande, "annulation", 409, **hier)
    assert refus["regle"] == "DEM-12", "l'acte d'un organisme vaut quand il le pose"
    annulee = await parcours.agir(parcours.csc, demande, "annulation", **hier)
    assert annulee["etat"] == "annulee"
    refuses = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "refuse"})
    (acte,) = refuses.json()["elements"]
    assert (acte["geste"], "annulation" in acte["raison"]) == ("reprise", True)
    tard = await itsm.dire("suspension", "2026-09-02T13:00:00Z", motif="x", **qui)
    assert tard.status_code == 200, "survenue avant l'annulation, elle s'insère"
    en_trop: list[dict[str, Any]] = [
        {"type_evenement": "suspension", "motif": "x"},
        {"type_evenement": "reprise"},
    ]
    for dit in en_trop:
        apres = await itsm.dire(time="2026-09-04T13:00:01Z", **dit, **qui)
        assert apres.json()["details"]["acte_contredit"]["acte"] == "annulation"


async def test_dem_12_un_operateur_ecarte_un_acte_differe(parcours: Parcours, itsm: Itsm) -> None:
    demande = await parcours.prise_en_charge()
    qui = {"demande_id": demande["id"]}
    reprise = await itsm.dire("reprise", identifiant="itsm/a 1", **qui)
    assert reprise.status_code == 202
    chemin = "/v1/itsm/evenements/itsm%2Fa%201/ecartement"
    assert (await parcours.csc.post(chemin, json={})).status_code == 422
    technicien = parcours.banc.client("technicien", sujet="t")
    assert (await technicien.post(chemin, json={"motif": "x"})).status_code == 403
    ecarte = await parcours.csc.post(chemin, json={"motif": "Mauvaise demande."})
    assert (ecarte.json()["sort"], ecarte.json()["raison"]) == ("ecarte", "Mauvaise demande.")
    assert (await parcours.csc.post(chemin, json={"motif": "x"})).status_code == 409
    suspension = await itsm.dire("suspension", "2026-09-01T12:59:59Z", motif="x", **qui)
    assert suspension.status_code == 409, "avant la soumission"
    absent = await parcours.csc.post("/v1/itsm/evenements/rien/ecartement", json={"motif": "x"})
    assert absent.status_code == 404


async def test_dem_12_une_horloge_en_avance_est_ramenee_a_la_reception(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    qui = {"demande_id": demande["id"]}
    loin = await itsm.dire("prise_en_charge", "2026-09-01T13:05:01Z", **qui)
    assert (loin.status_code, loin.json()["regle"]) == (409, "DEM-12")
    for _ in range(2):
        accuse = await itsm.dire("prise_en_charge", "2026-09-01T13:05:00Z", **qui)
        assert (accuse.status_code, accuse.json()["ramene_a_la_reception"]) == (200, True)
    (prise,) = await parcours.banc.sortants("demande.prise_en_charge")
    assert prise.survenu_le.isoformat() == "2026-09-01T13:00:00+00:00"
    lignes = (await parcours.csc.get(f"/v1/demandes/{demande['id']}/chronologie")).json()
    assert lignes["elements"][-1]["annonce_le"] == "2026-09-01T13:05:00Z"
    parcours.banc.horloge.aller("2026-09-01T14:00Z")
    meme = await itsm.dire("prise_en_charge", "2026-09-01T13:05:00Z", **qui)
    assert meme.json()["ramene_a_la_reception"] is False
    assert len(await parcours.banc.sortants("demande.prise_en_charge")) == 1, "le même acte"


async def test_dem_12_un_differe_dit_autrement_est_refuse_et_nomme_l_autre(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    qui, quand = {"demande_id": demande["id"]}, "2026-09-04T13:00:00Z"
    assert (await itsm.dire("reprise", quand, motif="Suite.", **qui)).status_code == 202
    meme = await itsm.dire("reprise", quand, motif="Suite.", **qui)
    assert meme.status_code == 202, "le même fait, en attente lui aussi"
    autre = await itsm.dire("reprise", quand, motif="Autre chose.", **qui)
    assert (autre.status_code, autre.json()["regle"]) == (409, "DEM-12")
    assert autre.json()["details"]["acte_contredit"]["acte"] == "reprise"
    suspension = await itsm.dire("suspension", "2026-09-03T13:00:00Z", motif="Attente.", **qui)
    assert suspension.status_code == 200
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert differes.json()["elements"] == [], "les deux annonces sont réglées"
    assert (await parcours.types(demande)).count("demande.reprise") == 1


async def test_dem_12_des_heures_s_identifient_et_ne_comptent_qu_une_fois(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    heures = [{"tarif": "AMENAGEMENT-BUR", "minutes": 60}]
    for _ in range(3):
        reponse = await itsm.dire(
            "heures_travaillees", "2026-09-02T13:00:00Z", travaux=heures, **qui
        )
        assert reponse.status_code == 200
    nommees = [{**heures[0], "reference": "TE-1"}, {**heures[0], "reference": "TE-2"}]
    for travaux in (nommees, nommees[:1]):
        reponse = await itsm.dire(
            "heures_travaillees", "2026-09-02T13:00:00Z", travaux=travaux, **qui
        )
        assert reponse.status_code == 200
    autrement = [{"tarif": "AMENAGEMENT-BUR", "minutes": 90, "reference": "TE-1"}]
    refus = await itsm.dire("heures_travaillees", "2026-09-02T13:00:00Z", travaux=autrement, **qui)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-12")
    deux_fois = [{**heures[0], "reference": "TE-9"}, {**autrement[0], "reference": "TE-9"}]
    refus = await itsm.dire("heures_travaillees", "2026-09-02T13:00:00Z", travaux=deux_fois, **qui)
    assert refus.status_code == 409, "une même entrée, deux durées"
    minutes = [t.donnees["minutes"] for t in await parcours.banc.sortants("travail.effectué")]
    assert minutes == [60, 60, 60], "une anonyme, deux nommées"


async def test_dem_12_des_heures_ambigues_ou_contredites_ne_s_inscrivent_pas_a_moitie(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    parcours.banc.horloge.aller("2026-09-05T12:00Z")

    async def dire(type_dit: str, *entrees: tuple[int, str | None]) -> int:
        travaux = [
            {"tarif": "AMENAGEMENT-BUR", "minutes": minutes, "reference": reference}
            for minutes, reference in entrees
        ]
        quand = "2026-09-04T13:00:00Z"
        rendu = await itsm.dire(type_dit, quand, demande_id=demande["id"], travaux=travaux)
        return rendu.status_code

    assert await dire("heures_travaillees", (20, "Z1")) == 200
    assert await dire("heures_travaillees", (15, "Z6"), (99, "Z1")) == 409, "Z1 dit autre chose"
    assert await dire("heures_travaillees", (30, None), (30, None)) == 409, "la même, deux fois?"
    assert await dire("completion", (60, None)) == 200
    assert await dire("completion", (60, None)) == 200, "la même fin"
    assert await dire("completion", (45, None)) == 409, "la fin, avec d'autres heures"
    travaux = await parcours.banc.sortants("travail.effectué")
    assert [t.donnees["minutes"] for t in travaux] == [20, 60]
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert differes.json()["elements"] == []


async def test_dem_12_une_recuperation_attend_la_livraison_qui_la_permet(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    article = demande["articles"][0]["id"]
    livree = await parcours.agir(parcours.csc, demande, "livraison", article_id=article)
    actif = livree["articles"][0]["actif_id"]
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    fin = await itsm.dire("recuperation", "2026-09-05T13:00:00Z", actif_id=actif)
    assert fin.status_code == 200
    trop = await itsm.dire("recuperation", "2026-09-12T13:00:00Z", actif_id=actif)
    assert trop.status_code == 409, "tout est livré : rien ne la permettrait"
    assert trop.json()["details"]["acte_contredit"]["acte"] == "recuperation"
    rouvrir = {"motif": "Réparé.", "survenu_le": "2026-09-06T13:00:00Z"}
    await parcours.agir(parcours.csc, demande, "reouverture", **rouvrir)
    attend = await itsm.dire("recuperation", "2026-09-12T13:00:00Z", actif_id=actif)
    assert (attend.status_code, attend.json()["sort"]) == (202, "differe")
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    (differe,) = differes.json()["elements"]
    assert (differe["geste"], differe["actif_id"]) == ("recuperation", actif)
    livraison = {"article_id": article, "demande_id": demande["id"]}
    assert (await itsm.dire("livraison", "2026-09-08T13:00:00Z", **livraison)).status_code == 200
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert differes.json()["elements"] == []
    recuperes = await parcours.banc.sortants("actif.récupéré")
    assert [r.donnees["fait_le"] for r in recuperes] == ["2026-09-05", "2026-09-12"]
    lu = await parcours.csc.get(f"/v1/actifs/{actif}")
    assert (lu.json()["etat"], lu.json()["fin_le"]) == ("recupere", "2026-09-12")


async def test_dem_12_une_fin_differee_ne_se_redit_pas_avec_d_autres_heures(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer(sorte="amenagement_utilisateur", articles=[])
    await parcours.agir(parcours.signataire, demande, "approbation")
    parcours.banc.horloge.aller("2026-09-05T12:00Z")

    async def finir(minutes: int, reference: str) -> int:
        travail = {"tarif": "AMENAGEMENT-BUR", "minutes": minutes, "reference": reference}
        qui = {"demande_id": demande["id"], "travaux": [travail]}
        return (await itsm.dire("completion", "2026-09-04T13:00:00Z", **qui)).status_code

    assert [await finir(44, "L7"), await finir(44, "L7"), await finir(40, "K7")] == [202, 202, 409]
    prise = await itsm.dire("prise_en_charge", "2026-09-02T13:00:00Z", demande_id=demande["id"])
    assert prise.status_code == 200
    assert [await finir(44, "L7"), await finir(40, "K7")] == [200, 409]
    travaux = await parcours.banc.sortants("travail.effectué")
    assert [t.donnees["minutes"] for t in travaux] == [44]


async def _sorts(parcours: Parcours) -> list[tuple[str, str]]:
    """L'instant et le sort de chaque mouvement que l'ITSM a annoncé."""
    recus = (await parcours.csc.get("/v1/itsm/evenements")).json()["elements"]
    return sorted((r["survenu_le"][:10], r["sort"]) for r in recus if r["actif_id"])


async def test_dem_12_une_rectification_reveille_une_recuperation_differee(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    livraison = {"article_id": demande["articles"][0]["id"], "survenu_le": "2026-09-11T13:00:00Z"}
    livree = await parcours.agir(parcours.csc, demande, "livraison", **livraison)
    actif = livree["articles"][0]["actif_id"]
    mouvements = (await parcours.csc.get(f"/v1/actifs/{actif}/chronologie")).json()["elements"]

    async def dater(le: str | None) -> None:
        juste = {"acte_id": mouvements[0]["acte_id"], "survenu_le": le}
        corps = {"actes": [juste], "motif": "Erreur."}
        await parcours.agir(parcours.csc, demande, "rectification", **corps)

    await dater(None)
    for jour in ("14", "13"):
        quand = f"2026-09-{jour}T13:00:00Z"
        assert (await itsm.dire("recuperation", quand, actif_id=actif)).status_code == 202
    await dater("2026-09-11T13:00:00Z")
    assert await _sorts(parcours) == [("2026-09-13", "applique"), ("2026-09-14", "refuse")]
    lu = (await parcours.csc.get(f"/v1/actifs/{actif}")).json()
    assert (lu["etat"], lu["fin_le"]) == ("recupere", "2026-09-13"), "la première survenue"


async def test_dem_12_une_recuperation_que_plus_rien_ne_permet_est_refusee(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    livree = await parcours.agir(
        parcours.csc, demande, "livraison", article_id=demande["articles"][0]["id"]
    )
    actif = livree["articles"][0]["actif_id"]
    parcours.banc.horloge.aller("2026-09-20T12:00Z")
    recuperation = "2026-09-05T13:00:00Z", "2026-09-12T13:00:00Z"
    assert (await itsm.dire("recuperation", recuperation[0], actif_id=actif)).status_code == 200
    rouvrir = {"motif": "Réparé.", "survenu_le": "2026-09-06T13:00:00Z"}
    await parcours.agir(parcours.csc, demande, "reouverture", **rouvrir)
    assert (await itsm.dire("recuperation", recuperation[1], actif_id=actif)).status_code == 202
    await parcours.agir(parcours.csc, demande, "annulation", motif="Plus rien à livrer.")
    assert await _sorts(parcours) == [("2026-09-05", "applique"), ("2026-09-12", "refuse")]
    parcours.banc.horloge.aller("2026-09-20T16:30Z")
    assert [await parcours.banc.tache("actes-differes") for _ in range(2)] == [1, 0]
    refuses = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "refuse"})
    (refuse,) = refuses.json()["elements"]
    chemin = f"/v1/itsm/evenements/{refuse['id']}/ecartement"
    ecarte = (await parcours.csc.post(chemin, json={"motif": "Actif rendu le 5."})).json()
    assert ecarte["sort"] == "ecarte"
    assert ecarte["raison"] == f"{refuse['raison']} Écarté : Actif rendu le 5."
    assert (await parcours.csc.post(chemin, json={"motif": "x"})).status_code == 409


async def test_dem_12_des_heures_apprises_apres_la_fin_se_facturent(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    fin = {"survenu_le": "2026-09-04T13:00:00Z"}
    await parcours.agir(parcours.csc, demande, "completion", **fin)
    vide = await itsm.dire("completion", "2026-09-04T13:00:00Z", demande_id=demande["id"])
    assert vide.status_code == 200, "la même complétion"
    heures = [{"tarif": "AMENAGEMENT-BUR", "minutes": 45}]
    quand = ("2026-09-03T13:00:00Z", 200), ("2026-09-04T13:00:00Z", 200), ("2026-09-05T09:00Z", 202)
    for survenu, statut in quand:
        tard = await itsm.dire(
            "heures_travaillees", survenu, demande_id=demande["id"], travaux=heures
        )
        assert tard.status_code == statut, tard.text
    assert len(await parcours.banc.sortants("travail.effectué")) == 2
