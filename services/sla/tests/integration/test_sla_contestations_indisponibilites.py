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
OBTENUE = "2026-09-14T08:36:00-04:00"
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


async def demander(sla: Banc, panne: dict[str, Any], **autres: object) -> httpx.Response:
    corps = {**PANNE, "motif": "Ce constat était faux.", **autres}
    mesure = sla.client("mesure", sujet="correcteur")
    return await mesure.post(f"/v1/indisponibilites/{panne['id']}/correction", json=corps)


async def corriger(sla: Banc, panne: dict[str, Any], **autres: object) -> None:
    reponse = await demander(sla, panne, **autres)
    assert reponse.status_code == 200, reponse.text


async def obtenir(sla: Banc, panne: dict[str, Any]) -> dict[str, Any]:
    """MTQ conteste; le MCN corrige, puis accepte."""
    ouverte: dict[str, Any] = (await contester(sla, panne)).json()
    await corriger(sla, panne, fin=OBTENUE)
    adresse = f"/v1/contestations/{ouverte['id']}/decision"
    rendu = await sla.client("mesure", sujet="decideur").post(adresse, json=DECISION)
    assert rendu.json()["etat"] == "acceptee", rendu.text
    return ouverte


async def annuler(sla: Banc, panne: dict[str, Any], **autres: object) -> httpx.Response:
    corps = {"motif": "La sonde se trompait.", **autres}
    adresse = f"/v1/indisponibilites/{panne['id']}/annulation"
    return await sla.client("mesure", sujet="correcteur").post(adresse, json=corps)


async def test_sla_8_une_duree_contestee_s_accepte_une_fois_corrigee(sla: Banc) -> None:
    panne = await constater(sla)
    ouverte = await contester(sla, panne)
    assert (ouverte.status_code, ouverte.json()["sujet_id"]) == (201, "messagerie")
    adresse = f"/v1/contestations/{ouverte.json()['id']}/decision"
    decideur = sla.client("mesure", sujet="decideur")
    trop_tot = await decideur.post(adresse, json=DECISION)
    assert (trop_tot.status_code, trop_tot.json()["regle"]) == (409, "SLA-8")
    await corriger(sla, panne, fin="2026-09-14T08:36:00-04:00")
    assert (await decideur.post(adresse, json=DECISION)).json()["etat"] == "acceptee"
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


@pytest.mark.parametrize(
    ("corrections", "statut"),
    [
        ([{"organismes": ["MTQ"], "sites": ["QC-1"]}], 409),
        ([{"fin": "2026-09-14T08:36:00-04:00"}, {}], 409),
        ([{"nature": "degradation"}], 200),
        ([{"organismes": ["SQ"]}], 200),
    ],
)
async def test_sla_8_n_accepter_que_si_ses_minutes_ont_change(
    sla: Banc, corrections: list[dict[str, Any]], statut: int
) -> None:
    """Corriger les sites seuls, ou revenir à ce qu'on contestait, ne change nulle minute."""
    panne = await constater(sla)
    ouverte = (await contester(sla, panne)).json()
    for correction in corrections:
        await corriger(sla, panne, **correction)
    adresse = f"/v1/contestations/{ouverte['id']}/decision"
    decideur = sla.client("mesure", sujet="decideur")
    assert (await decideur.post(adresse, json=DECISION)).status_code == statut


async def test_sla_8_ce_qu_une_correction_a_laisse_se_conteste_a_neuf(sla: Banc) -> None:
    """Corrigée d'une seconde, puis acceptée, elle se conteste encore sans fait nouveau.

    C'est qui corrige ce qu'on a obtenu qui en dit un.
    """
    panne = await constater(sla)
    decideur = sla.client("mesure", sujet="decideur")
    for fin, decision in (("09:47:59", "acceptee"), ("09:40:00", "rejetee")):
        ouverte = (await contester(sla, panne)).json()
        neuf = {"fait_nouveau": "Le journal du relais."} if decision == "rejetee" else {}
        await corriger(sla, panne, fin=f"2026-09-14T{fin}-04:00", **neuf)
        adresse = f"/v1/contestations/{ouverte['id']}/decision"
        rendu = await decideur.post(adresse, json={**DECISION, "decision": decision})
        assert rendu.json()["etat"] == decision
    # Rejetée, il y faut un fait nouveau.
    assert (await contester(sla, panne)).status_code == 409


@pytest.mark.parametrize("decision", ["acceptee", "rejetee"])
async def test_sla_8_qui_a_pose_une_indisponibilite_n_en_juge_pas(sla: Banc, decision: str) -> None:
    """Ni qui l'a constatée, ni qui l'a corrigée."""
    constatant = sla.client("mesure", sujet="constatant")
    panne = (await constatant.post("/v1/indisponibilites", json=PANNE)).json()
    ouverte = (await contester(sla, panne)).json()
    await corriger(sla, panne, fin="2026-09-14T08:36:00-04:00")
    adresse = f"/v1/contestations/{ouverte['id']}/decision"
    for sujet in ("constatant", "correcteur"):
        refus = await sla.client("mesure", sujet=sujet).post(
            adresse, json={**DECISION, "decision": decision}
        )
        assert (refus.status_code, refus.json()["regle"]) == (403, "SLA-8")
    tiers = sla.client("mesure", sujet="tiers")
    rendu = await tiers.post(adresse, json={**DECISION, "decision": decision})
    assert rendu.json()["etat"] == decision


@pytest.mark.parametrize(
    "correction",
    [
        pytest.param({}, id="ce qui était contesté"),
        pytest.param({"fin": "2026-09-14T09:47:00-04:00"}, id="à une minute près"),
        pytest.param({"fin": OBTENUE, "nature": "degradation"}, id="une autre nature"),
        pytest.param({"fin": OBTENUE, "organismes": ["SQ"]}, id="une autre portée"),
    ],
)
async def test_sla_8_ce_qu_on_a_obtenu_ne_se_defait_que_sur_un_fait_nouveau(
    sla: Banc, correction: dict[str, Any]
) -> None:
    panne = await constater(sla)
    obtenue = await obtenir(sla, panne)
    refus = await demander(sla, panne, **correction)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-8")
    assert refus.json()["details"]["contestation_id"] == obtenue["id"]
    await corriger(sla, panne, **correction, fait_nouveau="Le journal du 2 octobre le montre.")
    actes = await gestionnaire(sla).get(f"/v1/indisponibilites/{panne['id']}/actes")
    assert actes.json()["elements"][-1]["fait_nouveau"] == "Le journal du 2 octobre le montre."


async def test_sla_8_annuler_ce_qu_on_a_obtenu_veut_un_fait_nouveau(sla: Banc) -> None:
    panne = await constater(sla)
    await obtenir(sla, panne)
    refus = await annuler(sla, panne)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-8")
    admise = await annuler(sla, panne, fait_nouveau="Le fournisseur dément la panne.")
    assert admise.status_code == 200, admise.text


async def test_sla_8_rien_n_est_rendu_pendant_qu_une_autre_est_ouverte(sla: Banc) -> None:
    """Ni sous un fait nouveau : la contestation se tranche d'abord. L'accueillir reste possible."""
    panne = await constater(sla)
    await obtenir(sla, panne)
    ouverte = (await contester(sla, panne)).json()
    neuf = {"fait_nouveau": "Le journal du 2 octobre le montre."}
    refus = await demander(sla, panne, **neuf)
    assert (refus.status_code, refus.json()["details"]["contestation_id"]) == (409, ouverte["id"])
    await corriger(sla, panne, fin="2026-09-14T08:20:00-04:00", **neuf)
    adresse = f"/v1/contestations/{ouverte['id']}/decision"
    rendu = await sla.client("mesure", sujet="decideur").post(adresse, json=DECISION)
    assert rendu.json()["etat"] == "acceptee"


async def test_sla_8_sans_rien_d_obtenu_il_n_y_a_pas_de_fait_nouveau_a_dire(sla: Banc) -> None:
    panne = await constater(sla)
    refus = await demander(sla, panne, fin=OBTENUE, fait_nouveau="Le journal du 2 octobre.")
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-8")
    assert (await annuler(sla, panne, fait_nouveau="Le journal.")).status_code == 409
    # Ce qui n'en change rien (ses sites) ne défait rien.
    await obtenir(sla, panne)
    await corriger(sla, panne, fin=OBTENUE, organismes=["MTQ"], sites=["QC-1"], portee="sites")
