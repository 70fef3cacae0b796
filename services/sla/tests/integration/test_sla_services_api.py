"""SLA-5 : un service mesuré se déclare, change de dates par un acte motivé, se retire."""

from typing import Any

import asyncpg
import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.integration.test_sla_disponibilites import (
    JOUR,
    constater,
    inscrire,
    lues,
)
from services.sla.tests.scene import elements

pytestmark = pytest.mark.integration
MOTIF = "La messagerie passe au nuage."


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4())]))
    await inscrire(monte, "MTQ", "SQ")
    await monte.tache("minutes")
    return monte


async def changer(sla: Banc, code: str = "messagerie", **autres: object) -> httpx.Response:
    mesure = sla.client("mesure", sujet="mesure-1")
    lu = await mesure.get(f"/v1/services/{code}")
    dit = {nom: lu.json()[nom] for nom in ("libelle", "debut", "fin")}
    return await mesure.put(
        f"/v1/services/{code}",
        json={**dit, "motif": MOTIF, **autres},
        headers={"If-Match": lu.headers["ETag"]},
    )


async def actes(sla: Banc, code: str = "messagerie") -> list[dict[str, Any]]:
    return await elements(sla.client("mesure"), f"/v1/services/{code}/actes")


async def test_sla_5_un_service_se_declare_puis_se_retire(sla: Banc) -> None:
    mesure = sla.client("mesure")
    codes = {s["code"] for s in await elements(mesure, "/v1/services")}
    assert codes == {
        "messagerie", "suite_bureautique", "stockage", "synchronisation_mobile", "visioconference",
    }  # fmt: skip
    for code in ("messagerie", "stockage"):
        reponse = await changer(sla, code, fin="2026-09-11")
        assert reponse.status_code == 200, reponse.text
    assert (await lues(sla))["MTQ"][0] == 10 * JOUR
    deja = await mesure.post(
        "/v1/services", json={"code": "stockage", "libelle": "S", "debut": "2026-04-01"}
    )
    assert deja.status_code == 409


async def test_sla_5_ce_qui_change_d_un_service_dit_qui_quand_et_pourquoi(sla: Banc) -> None:
    assert await actes(sla) == []
    assert (await changer(sla, debut="2026-05-01")).status_code == 200
    sla.horloge.aller("2026-09-30T12:05-04:00")
    assert (await changer(sla, libelle="Courriel", motif="Nouveau nom.")).status_code == 200
    premier, second = await actes(sla)
    assert premier == {
        "rang": 2,
        "libelle_avant": "Messagerie",
        "debut_avant": "2026-04-01",
        "fin_avant": None,
        "libelle": "Messagerie",
        "debut": "2026-05-01",
        "fin": None,
        "motif": MOTIF,
        "auteur": "mesure-1",
        "le": "2026-09-30T16:00:00Z",
    }
    assert (second["rang"], second["debut_avant"], second["libelle"]) == (
        3, "2026-05-01", "Courriel",
    )  # fmt: skip
    assert await actes(sla, "stockage") == []
    assert (await sla.client("mesure").get("/v1/services/inconnu/actes")).status_code == 404


async def test_sla_5_sans_motif_ou_sans_effet_un_changement_se_refuse(sla: Banc) -> None:
    for motif in (None, "", " "):
        assert (await changer(sla, debut="2026-05-01", motif=motif)).status_code == 422
    pareil = await changer(sla)
    assert (pareil.status_code, pareil.json()["regle"]) == (409, "SLA-5")
    contraire = await changer(sla, fin="2026-03-31")
    assert contraire.status_code == 409
    assert "31 mars 2026" in contraire.json()["detail"]
    assert await actes(sla) == []


async def test_sla_5_nul_organisme_ne_lit_les_actes_d_un_service(sla: Banc) -> None:
    assert (await changer(sla, debut="2026-05-01")).status_code == 200
    organisme = sla.client("gestionnaire", organisme="MTQ")
    assert (await organisme.get("/v1/services/messagerie/actes")).status_code == 403


async def test_sla_5_un_acte_inscrit_ne_change_plus(sla: Banc) -> None:
    assert (await changer(sla, debut="2026-05-01")).status_code == 200
    for ordre in ("UPDATE actes_services SET motif = 'Rien.'", "DELETE FROM actes_services"):
        with pytest.raises(asyncpg.RaiseError, match="ne change plus"):
            async with sla.interne() as connexion:
                await connexion.pilote.execute(ordre)


@pytest.mark.parametrize(
    "dates",
    [
        {"debut": "2026-09-15"},
        {"fin": "2026-09-14"},
        {"debut": "2026-10-01"},
        {"debut": "2026-04-01", "fin": "2026-04-01"},
    ],
)
async def test_sla_5_une_panne_constatee_ne_sort_pas_du_temps_de_service(
    sla: Banc, dates: dict[str, str]
) -> None:
    await constater(sla, service="stockage")
    await constater(sla, nature="degradation")
    panne = await constater(sla)
    avant = await lues(sla)
    refus = await changer(sla, **dates)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-5")
    assert refus.json()["details"] == {"indisponibilite_id": panne["id"]}
    assert (
        f"la panne {panne['id']}, du 14 septembre 2026, 8 h 06, au 14 septembre 2026, 9 h 48"
        in refus.json()["detail"]
    )
    assert (await actes(sla), await lues(sla)) == ([], avant)
    adresse = f"/v1/indisponibilites/{panne['id']}/annulation"
    annulation = {"motif": "La sonde se trompait."}
    assert (await sla.client("mesure").post(adresse, json=annulation)).status_code == 200
    assert (await changer(sla, **dates)).status_code == 200


async def test_sla_5_une_panne_qui_dure_retient_le_service_jusqu_a_maintenant(sla: Banc) -> None:
    panne = await constater(sla, fin=None)
    refus = await changer(sla, fin="2026-09-30")
    assert refus.status_code == 409
    assert f"{panne['id']}, depuis le 14 septembre 2026, 8 h 06 :" in refus.json()["detail"]
    assert (await changer(sla, fin="2026-10-01")).status_code == 200


async def test_sla_5_un_service_change_de_dates_loin_de_ses_pannes(sla: Banc) -> None:
    await constater(sla)
    assert (await changer(sla, debut="2026-09-14", fin="2026-09-15")).status_code == 200
    assert (await lues(sla))["MTQ"][1] == 102 * 60
