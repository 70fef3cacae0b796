"""SLA-8 : ce qu'on conteste garde son objet, et ce qu'une contestation obtient ne se défait pas."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert, text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.integration.test_sla_exclusions_api import (
    contestee,
    gestionnaire,
    invoquee,
    mesureuse,
    poser,
    taux,
)
from services.sla.tests.scene import MESURES, elements, semer
from sla.base import VERROU_CONTESTATIONS
from sla.exclusions.adaptateurs import tables as t
from sla.exclusions.adaptateurs.depots import ContestationsSql
from socle.bd.connexion import Connexion

pytestmark = pytest.mark.integration

ACCEPTEE = {"decision": "acceptee", "motif": "L'entrepôt était ouvert."}
BULLETIN = "Le bulletin de la Sécurité civile, reçu depuis."


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    return await semer(await banc("sla"))


async def contester(sla: Banc, exclusion: dict[str, Any], statut: int = 201) -> dict[str, Any]:
    corps = contestee("exclusion", exclusion["id"])
    return await poser(gestionnaire(sla), "contestations", corps, statut)


async def annuler(sla: Banc, exclusion: dict[str, Any]) -> httpx.Response:
    chemin = f"/v1/exclusions/{exclusion['id']}/annulation"
    return await mesureuse(sla).post(chemin, json={"motif": "Erreur."})


async def accepter(sla: Banc, contestation: dict[str, Any]) -> None:
    chemin = f"contestations/{contestation['id']}/decision"
    await poser(mesureuse(sla, "decideuse"), chemin, ACCEPTEE, 200)


async def test_sla_8_une_exclusion_contestee_ne_s_annule_qu_en_tranchant(sla: Banc) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    ouverte = await contester(sla, exclusion)
    refus = await annuler(sla, exclusion)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-8")
    assert refus.json()["details"] == {"contestation_id": ouverte["id"]}
    assert ouverte["id"] in refus.json()["detail"]
    assert await sla.sortants("exclusion.annulée") == []
    await accepter(sla, ouverte)
    (annulee,) = await sla.sortants("exclusion.annulée")
    assert annulee.donnees["contestation_id"] == ouverte["id"]


@pytest.mark.parametrize("etat", ["rejetee", "retiree"])
async def test_sla_8_finie_sans_rien_obtenir_une_contestation_ne_retient_rien(
    sla: Banc, etat: str
) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    ouverte = await contester(sla, exclusion)
    chemin = f"contestations/{ouverte['id']}"
    if etat == "retiree":
        await poser(gestionnaire(sla), f"{chemin}/retrait", {}, 200)
    else:
        rejetee = {"decision": "rejetee", "motif": "Rien au dossier."}
        await poser(mesureuse(sla, "decideuse"), f"{chemin}/decision", rejetee, 200)
    assert (await annuler(sla, exclusion)).status_code == 200
    await poser(mesureuse(sla), "exclusions", invoquee())


@pytest.mark.parametrize("condition", ["force_majeure", "cas_fortuit"])
async def test_sla_8_ce_qu_une_contestation_a_obtenu_ne_se_reprend_que_sur_un_fait_nouveau(
    sla: Banc, condition: str
) -> None:
    """Ni sous une autre condition, ni après une exclusion que le MCN annule lui-même."""
    obtenue = await contester(sla, await poser(mesureuse(sla), "exclusions", invoquee()))
    await accepter(sla, obtenue)
    encore = invoquee(condition=condition)
    refus = await poser(mesureuse(sla), "exclusions", encore, 409)
    assert (refus["regle"], refus["details"]) == ("SLA-8", {"contestation_id": obtenue["id"]})
    assert await taux(sla) == ("0.6667", "0.5000")
    nouvelle = await poser(mesureuse(sla), "exclusions", {**encore, "fait_nouveau": BULLETIN})
    assert nouvelle["fait_nouveau"] == BULLETIN
    assert await taux(sla) == ("0.6667", "1.0000")
    assert [p.donnees["fait_nouveau"] for p in await sla.sortants("exclusion.prononcée")] == [
        False,
        True,
    ]
    (listee,) = await elements(gestionnaire(sla), "/v1/exclusions", condition=condition,
                               etat="en_vigueur")  # fmt: skip
    assert listee["fait_nouveau"] == BULLETIN
    assert (await annuler(sla, nouvelle)).status_code == 200
    await poser(mesureuse(sla), "exclusions", encore, 409)


async def test_sla_8_sans_rien_d_obtenu_un_fait_nouveau_est_refuse(sla: Banc) -> None:
    refus = await poser(mesureuse(sla), "exclusions", invoquee(fait_nouveau=BULLETIN), 409)
    assert "Dites tout dans le motif" in refus["detail"]


async def test_sla_8_une_condition_contestee_retient_aussi_l_exclusion(sla: Banc) -> None:
    """Exclure par un autre chemin ôterait à la contestation ce qu'elle demande."""
    mesure = MESURES["multiple"]
    corps = contestee("condition", mesure, condition="a")
    ouverte = await poser(gestionnaire(sla), "contestations", corps)
    refus = await poser(mesureuse(sla), "exclusions", invoquee(mesure), 409)
    assert refus["details"] == {"contestation_id": ouverte["id"]}
    await accepter(sla, ouverte)
    refus = await poser(mesureuse(sla), "exclusions", invoquee(mesure), 409)
    assert "fait nouveau" in refus["detail"]
    await poser(mesureuse(sla), "exclusions", invoquee(mesure, fait_nouveau=BULLETIN))


async def test_sla_8_contester_ou_annuler_une_exclusion_le_premier_l_emporte(sla: Banc) -> None:
    for _ in range(5):
        exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
        corps = contestee("exclusion", exclusion["id"])
        ouverture, annulation = await asyncio.gather(
            gestionnaire(sla).post("/v1/contestations", json=corps), annuler(sla, exclusion)
        )
        assert (ouverture.status_code, annulation.status_code) in {(201, 409), (409, 200)}
        if ouverture.status_code == 201:
            chemin = f"contestations/{ouverture.json()['id']}/retrait"
            await poser(gestionnaire(sla), chemin, {}, 200)
            assert (await annuler(sla, exclusion)).status_code == 200


async def test_sla_8_exclure_attend_la_contestation_qui_s_ouvre_et_la_voit(sla: Banc) -> None:
    mesure, id_ = MESURES["multiple"], uuid4()
    async with sla.interne() as connexion:
        await ContestationsSql(connexion).tenir("MTQ")
        appel = asyncio.create_task(mesureuse(sla).post("/v1/exclusions", json=invoquee(mesure)))
        await _attendre(connexion, appel)
        valeurs = {
            "id": id_,
            "organisme": "MTQ",
            "objet": "condition",
            "objet_id": mesure,
            "condition": "a",
            "sujet": "demande",
            "sujet_id": "d",
            "motif": "Un seul poste.",
            "ouverte_le": sla.horloge(),
            "ouverte_par": "gestionnaire-MTQ",
        }
        await connexion.ecrire(insert(t.contestations).values(valeurs))
    refus = await appel
    assert (refus.status_code, refus.json()["details"]) == (409, {"contestation_id": str(id_)})
    assert await sla.sortants("exclusion.prononcée") == []


@pytest.mark.parametrize("geste", ["contester", "annuler"])
async def test_sla_8_contester_et_annuler_attendent_aussi_leur_tour(sla: Banc, geste: str) -> None:
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    corps = contestee("exclusion", exclusion["id"])
    async with sla.interne() as connexion:
        await ContestationsSql(connexion).tenir("MTQ")
        appel = asyncio.create_task(
            annuler(sla, exclusion)
            if geste == "annuler"
            else gestionnaire(sla).post("/v1/contestations", json=corps)
        )
        await _attendre(connexion, appel)
    assert (await appel).is_success


async def _attendre(connexion: Connexion, appel: asyncio.Task[httpx.Response]) -> None:
    """Rend la main dès que l'appel attend le verrou des contestations."""
    attendent = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND classid = :espace")
    async with asyncio.timeout(10):
        while not await connexion.valeur(attendent, {"espace": VERROU_CONTESTATIONS}):
            assert not appel.done(), "il n'a rien attendu"
            await asyncio.sleep(0.02)
