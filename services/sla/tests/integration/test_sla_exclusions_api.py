"""SLA-8 par l'API : exclure, annuler, contester, trancher, et ce que taux et verdicts en disent."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from sqlalchemy import delete, text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import (
    DEMANDES,
    MESURES,
    comptees,
    elements,
    mesure_de,
    recomptees,
    semer,
    tout_marquer,
    toutes,
)
from sla.fiches.adaptateurs.tables import calendriers

pytestmark = pytest.mark.integration

SUSPENDUE = Recit().creee(sept(1)).suspendue(sept(3)).reprise(sept(9)).livree(sept(17))
SUJET = UUID(int=77)
ACTE = uuid5(SUJET, str(SUSPENDUE.episodes[1].acte_id))


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await semer(await banc("sla"))
    await monte.recevoir_messages(messages(monte, SUSPENDUE, SUJET))
    return monte


def invoquee(mesure: UUID = MESURES["tard"], **champs: object) -> dict[str, Any]:
    return {
        "mesure_id": str(mesure),
        "condition": "force_majeure",
        "motif": "Le verglas a fermé l'entrepôt.",
        "preuve": "Avis 2026-114",
        **champs,
    }


def contestee(objet: str, objet_id: object, **champs: object) -> dict[str, Any]:
    return {"objet": objet, "objet_id": str(objet_id), "motif": "Nous n'admettons pas.", **champs}


def mesureuse(sla: Banc, sujet: str = "mesureuse") -> httpx.AsyncClient:
    return sla.client("mesure", sujet=sujet)


def gestionnaire(sla: Banc, organisme: str = "MTQ") -> httpx.AsyncClient:
    return sla.client("gestionnaire", organisme=organisme, sujet=f"gestionnaire-{organisme}")


async def poser(
    client: httpx.AsyncClient, chemin: str, corps: object, statut: int = 201
) -> dict[str, Any]:
    reponse = await client.post(f"/v1/{chemin}", json=corps)
    assert reponse.status_code == statut, reponse.text
    rendu: dict[str, Any] = reponse.json()
    return rendu


async def taux(sla: Banc) -> tuple[str, str]:
    (ligne,) = await elements(
        sla.client("mesure"), "/v1/taux", periode="2026-09", indicateur="PT-1", organisme="MTQ"
    )
    return ligne["brut"]["taux"], ligne["ajuste"]["taux"]


async def test_sla_8_une_exclusion_change_le_taux_ajuste_et_lui_seul(sla: Banc) -> None:
    assert await taux(sla) == ("0.7500", "0.6667")
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    assert await taux(sla) == ("0.7500", "1.0000")
    assert await comptees(sla) == recomptees(await toutes(sla))
    lue = (await gestionnaire(sla).get(f"/v1/exclusions/{exclusion['id']}")).json()
    assert lue == exclusion
    assert (lue["prononcee_par"], lue["libelle"], lue["etat"]) == (
        "mesureuse",
        "Force majeure",
        "en_vigueur",
    )
    (publiee,) = await sla.sortants("exclusion.prononcée")
    assert publiee.donnees["mesure_id"] == str(MESURES["tard"])
    assert not {"motif", "preuve", "prononcee_par"} & publiee.donnees.keys()


async def test_sla_8_annulee_elle_reste_listee_et_la_mesure_revient_au_taux(sla: Banc) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    chemin = f"exclusions/{exclusion['id']}/annulation"
    annulee = await poser(mesureuse(sla, "autre"), chemin, {"motif": "Erreur."}, 200)
    assert (annulee["etat"], annulee["annulee_par"]) == ("annulee", "autre")
    assert await taux(sla) == ("0.7500", "0.6667")
    encore = await poser(mesureuse(sla), "exclusions", invoquee(condition="cas_fortuit"))
    listees = await elements(gestionnaire(sla), "/v1/exclusions")
    assert [(e["condition"], e["etat"], e["auteur"]) for e in listees] == [
        (e["condition"], e["etat"], e["auteur"])
        for e in sorted(
            [
                {**exclusion, "etat": "annulee", "auteur": "mesureuse"},
                {**encore, "auteur": "mesureuse"},
                {
                    "mesure_id": str(MESURES["multiple"]),
                    "condition": "a",
                    "etat": "en_vigueur",
                    "auteur": "règle SLA-8",
                },
            ],
            key=lambda e: (e["mesure_id"], e["condition"]),
        )
    ]
    (seule,) = await elements(gestionnaire(sla), "/v1/exclusions", etat="annulee")
    assert seule["exclusion_id"] == exclusion["id"]
    assert (seule["annulation"]["par"], seule["annulation"]["motif"]) == ("autre", "Erreur.")
    assert [p.type for p in await sla.sortants() if p.type.startswith("exclusion")] == [
        "exclusion.prononcée",
        "exclusion.annulée",
        "exclusion.prononcée",
    ]


async def test_sla_8_ce_qui_ne_s_exclut_pas_le_dit_et_n_ecrit_rien(sla: Banc) -> None:
    await poser(mesureuse(sla), "exclusions", invoquee())
    deux = await poser(mesureuse(sla), "exclusions", invoquee(), 409)
    assert (deux["regle"], deux["detail"]) == (
        "SLA-8",
        "Cette mesure est déjà exclue : Force majeure.",
    )
    await poser(mesureuse(sla), "exclusions", invoquee(UUID(int=3)), 404)
    humeur = await poser(mesureuse(sla), "exclusions", invoquee(condition="humeur"), 409)
    assert humeur["details"]["conditions"] == ["force_majeure", "cas_fortuit"]
    for faute in ({"preuve": ""}, {"empreinte": "chou"}, {"motif": " "}):
        await poser(mesureuse(sla), "exclusions", invoquee(MESURES["autre"], **faute), 422)
    await poser(gestionnaire(sla), "exclusions", invoquee(), 403)
    await poser(sla.client("agent-csc"), "exclusions", invoquee(), 403)
    machine = sla.client("mesure", "integration")
    refus = await poser(machine, "exclusions", invoquee(MESURES["autre"]), 403)
    assert refus["regle"] == "SLA-8"
    assert len(await sla.sortants("exclusion.prononcée")) == 1


async def test_sla_8_une_mesure_en_cours_s_exclut_et_le_reste_une_fois_jugee(sla: Banc) -> None:
    await poser(mesureuse(sla), "exclusions", invoquee(MESURES["ouverte"]))
    suite = Recit().creee(sept(21), gamme="inconnue").suspendue(sept(22))
    suite.reprise(sept(23)).livree(sept(30))
    await sla.recevoir_messages(messages(sla, suite, DEMANDES["ouverte"]))
    mesure = (await gestionnaire(sla).get(f"/v1/mesures/{MESURES['ouverte']}")).json()
    assert (mesure["verdict"], mesure["exclue"]) == ("conforme", True)


async def test_sla_8_deux_decisions_ensemble_une_seule_vaut(sla: Banc) -> None:
    poses = [mesureuse(sla, f"m{n}").post("/v1/exclusions", json=invoquee()) for n in range(4)]
    statuts = sorted(r.status_code for r in await asyncio.gather(*poses))
    assert statuts == [201, 409, 409, 409]
    ouverte = await poser(gestionnaire(sla), "contestations", contestee("suspension", ACTE))
    chemin = f"/v1/contestations/{ouverte['id']}/decision"
    rendues = [
        mesureuse(sla, f"m{n}").post(chemin, json={"decision": quoi, "motif": "Vu."})
        for n, quoi in enumerate(("acceptee", "rejetee", "acceptee"))
    ]
    assert sorted(r.status_code for r in await asyncio.gather(*rendues)) == [200, 409, 409]
    assert len(await sla.sortants("contestation_mesure.tranchée")) == 1


async def test_sla_8_des_jours_suspendus_contestes_comptent_de_nouveau(sla: Banc) -> None:
    mesure = mesure_de(SUJET)
    client = gestionnaire(sla)
    dite = (await client.get(f"/v1/mesures/{mesure}/explication")).json()
    assert dite["jours"] == 8
    (suspension,) = dite["suspensions"]
    assert (suspension["evenement_id"], suspension["jours"]) == (str(ACTE), 3)
    ouverte = await poser(client, "contestations", contestee("suspension", ACTE))
    assert (await client.get(f"/v1/mesures/{mesure}")).json()["jours"] == 8
    chemin = f"contestations/{ouverte['id']}/decision"
    await poser(mesureuse(sla), chemin, {"decision": "acceptee", "motif": "Vérifié."}, 200)
    apres = (await client.get(f"/v1/mesures/{mesure}/explication")).json()
    assert (apres["jours"], apres["verdict"]) == (11, "manquee")
    assert apres["suspensions"] == []
    assert [f["contestation_id"] for f in apres["faits"]] == [None, ouverte["id"], None, None]
    assert "est écartée par la contestation" in apres["conclusion"]
    (tranchee,) = await elements(client, "/v1/contestations", etat="acceptee", objet="suspension")
    assert (tranchee["motif_decision"], tranchee["prise_par"]) == ("Vérifié.", "mesureuse")


async def test_sla_8_une_suspension_nulle_ne_s_ecarte_plus(sla: Banc) -> None:
    """Rectifiée à nul pendant qu'on la conteste : rejetée ou retirée, jamais acceptée."""
    ouverte = await poser(gestionnaire(sla), "contestations", contestee("suspension", ACTE))
    recit = replace(SUSPENDUE, rectifications=[]).rectifie(1, None)
    await sla.recevoir_messages(messages(sla, recit, SUJET)[-1:])
    chemin, motif = f"contestations/{ouverte['id']}/decision", "Vérifié."
    refus = await poser(mesureuse(sla), chemin, {"decision": "acceptee", "motif": motif}, 409)
    assert "nulle" in refus["detail"]
    assert await sla.sortants("contestation_mesure.tranchée") == []
    await poser(mesureuse(sla), chemin, {"decision": "rejetee", "motif": motif}, 200)


async def test_sla_8_une_exclusion_contestee_s_annule(sla: Banc) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    corps = contestee("exclusion", exclusion["id"])
    ouverte = await poser(gestionnaire(sla), "contestations", corps)
    chemin = f"contestations/{ouverte['id']}/decision"
    decision = {"decision": "acceptee", "motif": "L'entrepôt était ouvert."}
    refus = await poser(mesureuse(sla), chemin, decision, 403)
    assert refus["regle"] == "SLA-8"
    await poser(mesureuse(sla, "autre"), chemin, decision, 200)
    lue = (await gestionnaire(sla).get(f"/v1/exclusions/{exclusion['id']}")).json()
    assert (lue["etat"], lue["contestation_id"]) == ("annulee", ouverte["id"])
    assert await taux(sla) == ("0.7500", "0.6667")
    await poser(gestionnaire(sla), "contestations", corps, 409)


async def test_sla_8_une_condition_de_la_fiche_contestee_ne_joue_plus(sla: Banc) -> None:
    client, mesure = gestionnaire(sla), MESURES["multiple"]
    await poser(client, "contestations", contestee("condition", mesure), 422)
    absente = contestee("condition", mesure, condition="c")
    refus = await poser(client, "contestations", absente, 409)
    assert refus["details"]["conditions"] == ["a"]
    ouverte = await poser(client, "contestations", contestee("condition", mesure, condition="a"))
    chemin = f"contestations/{ouverte['id']}/decision"
    await poser(mesureuse(sla), chemin, {"decision": "acceptee", "motif": "Un seul poste."}, 200)
    lue = (await client.get(f"/v1/mesures/{mesure}")).json()
    assert lue["exclue"] is False
    (listee,) = await elements(client, "/v1/exclusions")
    assert (listee["etat"], listee["exclusion_id"], listee["annulation"]["contestation_id"]) == (
        "annulee",
        None,
        ouverte["id"],
    )


async def test_sla_8_un_organisme_ne_conteste_que_ce_qui_est_a_lui(sla: Banc) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    autre = gestionnaire(sla, "SQ")
    condition = contestee("condition", MESURES["multiple"], condition="a")
    for corps in (
        contestee("exclusion", exclusion["id"]),
        contestee("suspension", ACTE),
        contestee("suspension", UUID(int=3)),
        condition,
    ):
        await poser(autre, "contestations", corps, 404)
    assert (await autre.get(f"/v1/exclusions/{exclusion['id']}")).status_code == 404
    ouverte = await poser(gestionnaire(sla), "contestations", contestee("suspension", ACTE))
    assert (await autre.get(f"/v1/contestations/{ouverte['id']}")).status_code == 404
    await poser(autre, f"contestations/{ouverte['id']}/retrait", {}, 404)
    assert await elements(autre, "/v1/contestations") == []
    nommee = await autre.get("/v1/contestations", params={"organisme": "MTQ"})
    assert nommee.status_code == 404


async def test_sla_8_ce_qui_ne_suspend_rien_ne_se_conteste_pas(sla: Banc) -> None:
    livraison = uuid5(SUJET, str(SUSPENDUE.episodes[3].acte_id))
    refus = await poser(gestionnaire(sla), "contestations", contestee("suspension", livraison), 409)
    assert refus["detail"] == "Aucun indicateur n'est suspendu par « poste.livré »."


async def test_sla_8_retiree_une_contestation_peut_revenir_tranchee_sur_un_fait_nouveau(
    sla: Banc,
) -> None:
    client, corps = gestionnaire(sla), contestee("suspension", ACTE)
    ouverte = await poser(client, "contestations", corps)
    await poser(client, "contestations", corps, 409)
    retiree = await poser(client, f"contestations/{ouverte['id']}/retrait", {}, 200)
    assert (retiree["etat"], retiree["motif_decision"]) == ("retiree", None)
    ouverte = await poser(client, "contestations", corps)
    chemin = f"contestations/{ouverte['id']}/decision"
    await poser(mesureuse(sla), chemin, {"decision": "rejetee", "motif": "Rien au dossier."}, 200)
    await poser(client, "contestations", corps, 409)
    await poser(client, "contestations", {**corps, "fait_nouveau": "Un courriel retrouvé."})
    types = [p.type for p in await sla.sortants() if p.type.startswith("contestation_mesure")]
    assert types == [
        "contestation_mesure.ouverte",
        "contestation_mesure.retirée",
        "contestation_mesure.ouverte",
        "contestation_mesure.tranchée",
        "contestation_mesure.ouverte",
    ]


async def test_sla_8_un_organisme_ne_conteste_pas_sans_borne(sla: Banc) -> None:
    vies = [
        (Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(3)), UUID(int=1000 + n))
        for n in range(51)
    ]
    recus = [m for recit, sujet in vies for m in messages(sla, recit, sujet)]
    await sla.recevoir_messages(recus)
    actes = [uuid5(sujet, str(recit.episodes[1].acte_id)) for recit, sujet in vies]
    client = gestionnaire(sla)
    poses = [
        await client.post("/v1/contestations", json=contestee("suspension", un)) for un in actes
    ]
    assert [r.status_code for r in poses] == [201] * 50 + [409]
    assert poses[-1].json()["details"]["borne"] == 50


async def test_sla_8_refaire_les_copies_garde_les_decisions_et_les_applique(sla: Banc) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    ouverte = await poser(gestionnaire(sla), "contestations", contestee("suspension", ACTE))
    chemin = f"contestations/{ouverte['id']}/decision"
    await poser(mesureuse(sla), chemin, {"decision": "acceptee", "motif": "Vérifié."}, 200)
    avant, publies = await toutes(sla), len(await sla.sortants())
    async with sla.interne() as connexion:
        for table in set(sla.service.copies) - {calendriers}:
            await connexion.ecrire(delete(table))
        await connexion.ecrire(text("DELETE FROM socle_inbox"))
    await semer(sla)
    await sla.recevoir_messages(messages(sla, SUSPENDUE, SUJET))
    assert await toutes(sla) == avant
    assert len(await sla.sortants()) == publies
    lue = await mesureuse(sla).get(f"/v1/exclusions/{exclusion['id']}")
    assert lue.json() == exclusion


async def test_sla_8_une_exclusion_suit_la_mesure_de_version_en_version(sla: Banc) -> None:
    await poser(mesureuse(sla), "exclusions", invoquee())
    severe = fiche(indicateur(delai=1), version=2, debut=sept(1).date())
    await sla.recevoir_messages(messages_de_fiches(sla, [severe]))
    await tout_marquer(sla)
    await sla.tache("rejeu")
    lue = (await gestionnaire(sla).get(f"/v1/mesures/{MESURES['tard']}")).json()
    assert (lue["fiche_version"], lue["exclue"]) == (2, True)
