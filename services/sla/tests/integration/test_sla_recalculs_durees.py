"""SLA-7, SLA-5 : les disponibilités qu'une version ferait bouger se disent avant de la publier."""

from dataclasses import replace
from datetime import date
from json import loads
from typing import Any

import pytest

from calendrier import lire_versions
from noyau import sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4, si
from services.sla.tests.evenements import message_de_calendrier, messages_de_fiches
from services.sla.tests.integration.test_sla_disponibilites import constater, inscrire
from services.sla.tests.integration.test_sla_recalculs import DEUIL, LIVREE, accepter, corps, lire
from services.sla.tests.scene import elements
from sla.fiches.domaine import Fiche
from sla.taux.domaine.fermetures import PRODUCTEURS

pytestmark = pytest.mark.integration
VI_7 = pt_4(
    code="VI-7",
    calendrier="visioconference",
    couvre=si("service", "messagerie"),
    conditions=(),
    cible=None,
)
OUVERT_LE_14, PANNE_DU_14 = 17 * 1_800, 78 * 60
"""De 8 h 30 à 17 h; la panne, de 8 h 06 à 9 h 48, n'y compte que dès 8 h 30."""


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """Une panne le 14 septembre, que le deuil chômerait; le mois est fermé."""
    monte = await banc("sla")
    monte.horloge.aller("2026-10-02T12:00-04:00")
    await monte.recevoir_messages([message_de_calendrier(monte, LIVREE)])
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4(), VI_7)]))
    await inscrire(monte, "MTQ", "SQ", le="2026-09-01T00:00-04:00")
    await constater(monte, organismes=["MTQ"], portee="organismes")
    await monte.recevoir_jalons(monte.horloge(), *map(sujet_de, PRODUCTEURS))
    await monte.tache("minutes")
    fermee = await monte.client("mesure").post("/v1/periodes/2026-09/fermeture", json={})
    assert fermee.status_code == 201, fermee.text
    return monte


async def acheve(sla: Banc, candidat: dict[str, Any]) -> dict[str, Any]:
    reponse = await sla.client("mesure").post("/v1/recalculs", json=candidat)
    assert reponse.status_code == 202, reponse.text
    while await sla.tache("recalculs"):
        pass
    lu = await lire(sla, reponse.json()["id"])
    assert (lu["etat"], lu["ecartes"]) == ("acheve", 0)
    return lu


def proposer(sla: Banc, candidate: Fiche) -> dict[str, Any]:
    (message,) = messages_de_fiches(sla, [candidate])
    return {"fiche": loads(message.charge)}


async def annonces(sla: Banc, rapport: dict[str, Any]) -> dict[Any, dict[str, Any]]:
    lus = await elements(sla.client("mesure"), f"/v1/recalculs/{rapport['id']}/verdicts")
    return {(v["indicateur"], v["organisme"], v["periode_apres"]): v for v in lus}


async def test_sla_7_le_rapport_dit_les_disponibilites_qu_un_calendrier_changerait(
    sla: Banc,
) -> None:
    rapport = await acheve(sla, corps(DEUIL))
    assert (rapport["verdicts"], rapport["disponibilites"]) == (0, 3)
    assert (rapport["corrections"], rapport["mois_lu"]) == ({"2026-09": 3}, "2026-10")
    dites = await annonces(sla, rapport)
    assert set(dites) == {("VI-7", qui, "2026-09") for qui in (None, "MTQ", "SQ")}
    for qui, panne, combien in ((None, PANNE_DU_14, 2), ("MTQ", PANNE_DU_14, 1), ("SQ", 0, 1)):
        avant, apres = (dites["VI-7", qui, "2026-09"][cote] for cote in ("avant", "apres"))
        assert avant["service"] - apres["service"] == combien * OUVERT_LE_14
        assert (avant["panne"], apres["panne"]) == (panne, 0)
    (deplace,) = rapport["taux"]
    assert (deplace["indicateur"], deplace["periode"], deplace["unite"]) == (
        "VI-7",
        "2026-09",
        "secondes",
    )
    assert deplace["avant"]["depassees"] == PANNE_DU_14
    assert deplace["apres"]["conformes"] == deplace["apres"]["mesurees"]


async def test_sla_7_publie_il_corrige_exactement_les_disponibilites_annoncees(sla: Banc) -> None:
    rapport = await acheve(sla, corps(DEUIL))
    dites = await annonces(sla, rapport)
    assert (await accepter(sla, rapport["id"])).status_code == 200
    await sla.recevoir_messages([message_de_calendrier(sla, DEUIL, 2)])
    await sla.tache("minutes")
    await sla.tache("corrections-disponibilites")
    faites = await elements(sla.client("mesure"), "/v1/corrections")
    assert len(faites) == len(dites) == 3
    for faite in faites:
        dite = dites[faite["indicateur"], faite["organisme"], faite["periode"]]
        for nom in ("mesure_id", "avant", "apres", "cause"):
            assert faite[nom] == dite[nom], nom
        assert dite["corrige"] == [faite["periode"]]


async def test_sla_7_une_fiche_qui_exclut_moins_le_dit_aussi(sla: Banc) -> None:
    """Sans la condition d, PT-4 n'a plus d'ajusté à part; ni VI-7 ni les verdicts ne bougent."""
    candidate = fiche(replace(pt_4(), conditions=()), VI_7, version=2, debut=date(2026, 9, 1))
    dites = await annonces(sla, await acheve(sla, proposer(sla, candidate)))
    assert set(dites) == {
        ("PT-4", qui, mois) for qui in (None, "MTQ", "SQ") for mois in ("2026-09", "2026-10")
    }
    ferme, ouvert = dites["PT-4", "SQ", "2026-09"], dites["PT-4", "SQ", "2026-10"]
    assert ferme["avant"]["service_ajuste"] < ferme["apres"]["service_ajuste"]
    assert ferme["apres"]["service_ajuste"] == ferme["apres"]["service"]
    assert (ferme["corrige"], ferme["cause"], ouvert["corrige"]) == (["2026-09"], "fiche", [])


async def test_sla_7_un_indicateur_retire_ne_compterait_plus(sla: Banc) -> None:
    candidate = fiche(pt_4(), version=2, debut=date(2026, 10, 1))
    lus = await elements(
        sla.client("mesure"),
        f"/v1/recalculs/{(await acheve(sla, proposer(sla, candidate)))['id']}/verdicts",
    )
    assert {(v["indicateur"], v["periode_avant"], v["apres"]) for v in lus} == {
        ("VI-7", "2026-10", None)
    }


async def test_sla_7_une_panne_apprise_depuis_perime_le_rapport(sla: Banc) -> None:
    rapport = await acheve(sla, corps(DEUIL))
    await constater(sla, debut="2026-09-15T09:00:00-04:00", fin="2026-09-15T10:00:00-04:00")
    refus = await accepter(sla, rapport["id"])
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-7")
    assert refus.json()["details"]["services_clients_ou_indisponibilites"] is True


async def test_sla_7_une_version_a_venir_ne_recompte_aucun_mois(sla: Banc) -> None:
    """Et une panne apprise depuis n'y change donc rien."""
    a_venir = lire_versions()[0].avec(version="2026-9", en_vigueur_depuis=date(2026, 12, 1))
    rapport = await acheve(sla, corps(a_venir))
    assert (rapport["disponibilites"], rapport["mois_lu"]) == (0, None)
    await constater(sla, debut="2026-09-15T09:00:00-04:00", fin="2026-09-15T10:00:00-04:00")
    assert (await accepter(sla, rapport["id"])).status_code == 200


async def test_sla_7_un_mois_qui_ne_se_recompte_pas_est_mis_de_cote(sla: Banc) -> None:
    """Des clients illisibles : le rapport s'achève quand même, et compte les deux mois."""
    async with sla.interne() as connexion:
        await connexion.pilote.execute(
            "INSERT INTO inactivites (organisme, sequence, inactivites)"
            " VALUES ('MTQ', 1, '[[\"hier\", null]]')"
        )
    reponse = await sla.client("mesure").post("/v1/recalculs", json=corps(DEUIL))
    while await sla.tache("recalculs"):
        pass
    lu = await lire(sla, reponse.json()["id"])
    assert (lu["etat"], lu["ecartes"], lu["disponibilites"]) == ("acheve", 2, 0)
    assert lu["mois_lu"] == "2026-10"
