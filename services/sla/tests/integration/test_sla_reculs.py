"""SLA-5 : une indisponibilité trop ancienne ne se dit plus; ce qui fut dit à temps se retient."""

from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.integration.test_sla_disponibilites import (
    ADRESSE,
    PANNE,
    constater,
    inscrire,
)
from services.sla.tests.scene import elements

pytestmark = pytest.mark.integration
# Le 30 septembre 2026, 400 jours plus tôt, est le 26 août 2025.
LIMITE = {"debut": "2025-08-26T08:00:00-04:00", "fin": "2025-08-26T09:00:00-04:00"}
VEILLE = {"debut": "2025-08-25T23:59:00-04:00", "fin": "2025-08-26T09:00:00-04:00"}


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    return monte


async def dire(sla: Banc, chemin: str = "", **autres: object) -> httpx.Response:
    corps: dict[str, Any] = {**PANNE, "service": "stockage", **autres}
    return await sla.client("mesure", sujet="elle").post(f"{ADRESSE}{chemin}", json=corps)


async def test_sla_5_quatre_cents_jours_en_arriere_et_pas_un_de_plus(sla: Banc) -> None:
    assert (await dire(sla, **LIMITE)).status_code == 201
    refus = await dire(sla, **VEILLE)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-5")
    assert refus.json()["details"] == {"des_le": "2025-08-26"}
    assert "25 août 2025, 23 h 59, est trop ancien" in refus.json()["detail"]
    lignes = [{**PANNE, **VEILLE}, {**PANNE, **LIMITE}]
    lot = await sla.client("mesure").post(f"{ADRESSE}/lots", json={"lignes": lignes})
    assert [ligne["sort"] for ligne in lot.json()["lignes"]] == ["refusee", "constatee"]
    assert len(await elements(sla.client("mesure"), ADRESSE)) == 2


async def test_sla_5_une_correction_ne_recule_pas_un_debut_trop_loin(sla: Banc) -> None:
    vieille = (await dire(sla, **LIMITE)).json()
    sla.horloge.aller("2026-12-15T12:00-05:00")
    correction = f"/{vieille['id']}/correction"
    assert (await dire(sla, correction, **VEILLE)).status_code == 409
    autre_fin = {**LIMITE, "fin": "2025-08-26T08:30:00-04:00"}
    assert (await dire(sla, correction, **autre_fin)).status_code == 200
    plus_tard = {**LIMITE, "debut": "2025-08-26T08:10:00-04:00"}
    assert (await dire(sla, correction, **plus_tard)).status_code == 200
    assert (await dire(sla, correction, **LIMITE)).status_code == 409


async def test_sla_5_un_signalement_dit_a_temps_se_retient_quand_le_mcn_repond(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    corps = {"service": "stockage", "description": "Rien ne s'ouvrait."}
    adresse = f"{ADRESSE}/signalements"
    assert (await organisme.post(adresse, json={**corps, **VEILLE})).status_code == 409
    dit = await organisme.post(adresse, json={**corps, **LIMITE})
    assert dit.status_code == 201
    sla.horloge.aller("2026-11-30T12:00-05:00")
    assert (await dire(sla, **LIMITE)).status_code == 409
    await inscrire(sla, "MTQ")
    retenue = f"/signalements/{dit.json()['id']}/retenue"
    mesure = sla.client("mesure", sujet="elle")
    trop = {"motif": "Les journaux le disent.", "debut": VEILLE["debut"]}
    assert (await mesure.post(f"{ADRESSE}{retenue}", json=trop)).status_code == 409
    juste = await mesure.post(f"{ADRESSE}{retenue}", json={"motif": "Les journaux le disent."})
    assert (juste.status_code, juste.json()["etat"]) == (200, "retenue")


async def test_sla_5_un_signalement_en_avance_se_garde_a_l_instant_de_l_acte(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    corps = {
        "service": "stockage",
        "debut": "2026-09-30T16:02:00.250Z",
        "description": "Rien ne s'ouvre.",
    }
    adresse = f"{ADRESSE}/signalements"
    premier = await organisme.post(adresse, json=corps)
    assert premier.json()["debut"] == "2026-09-30T16:00:00Z"
    sla.horloge.aller("2026-09-30T12:01-04:00")
    redit = await organisme.post(adresse, json=corps)
    assert redit.json()["details"] == {"signalement_id": premier.json()["id"]}
    constatee = await constater(sla, debut="2026-09-30T16:03:00Z", fin=None)
    assert constatee["debut"] == "2026-09-30T16:01:00Z"
