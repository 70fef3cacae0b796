"""SLA-8 : une indisponibilité se conteste; c'est sa correction qui change les minutes."""

from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.integration.test_sla_disponibilites import PANNE, constater, inscrire

pytestmark = pytest.mark.integration
DECISION = {"decision": "acceptee", "motif": "Le journal du commutateur le montre."}


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4())]))
    await inscrire(monte, "MTQ", "SQ")
    return monte


def gestionnaire(sla: Banc, organisme: str = "MTQ") -> httpx.AsyncClient:
    return sla.client("gestionnaire", organisme=organisme, sujet=f"gestionnaire-{organisme}")


async def contester(sla: Banc, panne: dict[str, Any], organisme: str = "MTQ") -> httpx.Response:
    corps = {"objet": "indisponibilite", "objet_id": panne["id"], "motif": "Deux heures de trop."}
    return await gestionnaire(sla, organisme).post("/v1/contestations", json=corps)


async def test_sla_8_une_duree_contestee_s_accepte_une_fois_corrigee(sla: Banc) -> None:
    panne = await constater(sla)
    ouverte = await contester(sla, panne)
    assert (ouverte.status_code, ouverte.json()["sujet_id"]) == (201, "messagerie")
    adresse = f"/v1/contestations/{ouverte.json()['id']}/decision"
    mesureur = sla.client("mesure", sujet="mesureur")
    trop_tot = await mesureur.post(adresse, json=DECISION)
    assert (trop_tot.status_code, trop_tot.json()["regle"]) == (409, "SLA-8")
    corps = {**PANNE, "fin": "2026-09-14T08:36:00-04:00", "motif": "La fin était fausse."}
    correction = f"/v1/indisponibilites/{panne['id']}/correction"
    assert (await mesureur.post(correction, json=corps)).status_code == 200
    assert (await mesureur.post(adresse, json=DECISION)).json()["etat"] == "acceptee"
    (tranchee,) = await sla.sortants("contestation_mesure.tranchée")
    assert tranchee.donnees["objet"] == "indisponibilite"


async def test_sla_8_chaque_organisme_atteint_conteste_la_sienne(sla: Banc) -> None:
    de_tous = await constater(sla)
    de_mtq = await constater(sla, portee="organismes", organismes=["MTQ"], service="messagerie")
    assert (await contester(sla, de_tous)).status_code == 201
    assert (await contester(sla, de_tous)).status_code == 409
    assert (await contester(sla, de_tous, "SQ")).status_code == 201
    assert (await contester(sla, de_mtq, "SQ")).status_code == 404


async def test_sla_8_une_indisponibilite_annulee_ne_se_conteste_pas(sla: Banc) -> None:
    panne = await constater(sla)
    annulation = f"/v1/indisponibilites/{panne['id']}/annulation"
    await sla.client("mesure").post(annulation, json={"motif": "La sonde se trompait."})
    assert (await contester(sla, panne)).status_code == 409
