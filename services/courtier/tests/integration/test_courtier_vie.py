"""Après la signature : refus, résiliation, fin; sur PostgreSQL (CI-10, CI-17)."""

import asyncio
from typing import Any

import pytest

from courtier.obligations.entrees.taches import RAPPELS
from services.courtier.tests.contrat_signe import conclure
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration

MOTIF = {"motif": "La clause de réversibilité."}
LETTRE = {"titre": "Lettre", "empreinte": "d" * 64, "datee_le": "2026-09-10"}
RESILIATION: dict[str, Any] = {
    "effet": "2027-04-01",
    "lettre": LETTRE,
    "motif": "Regroupement.",
}


async def test_ci_10_le_fournisseur_refuse_de_signer(marche: Marche) -> None:
    contrat = await marche.signe_client()
    chemin = f"/v1/contrats/{contrat['id']}"
    refuse = await marche.gestionnaire.post(f"{chemin}/refus", json=MOTIF)
    assert (refuse.json()["etat"], refuse.json()["actes_permis"]) == ("refuse", [])
    assert refuse.json()["refus"]["motif"] == MOTIF["motif"]
    [publie] = await marche.banc.sortants("contrat.refusé")
    assert (publie.donnees["contrat_id"], publie.donnees["organisme"]) == (contrat["id"], "MTQ")
    assert publie.donnees["dossier_id"] == contrat["dossier_id"]
    encore = await marche.courtier.post(f"{chemin}/refus", json=MOTIF)
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-16")
    liste = await marche.courtier.get("/v1/contrats", params={"etat": "refuse"})
    assert [c["id"] for c in liste.json()["elements"]] == [contrat["id"]]


async def test_ci_10_refuse_le_dossier_reprend_par_un_autre_contrat(marche: Marche) -> None:
    contrat = await marche.signe_client()
    await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/refus", json=MOTIF)
    dossier = await marche.gestionnaire.get(f"/v1/dossiers/{contrat['dossier_id']}")
    assert {"retour", "cloture"} <= set(dossier.json()["gestes_permis"])
    autre = await marche.cree("contrats", marche.preparation(contrat["dossier_id"]))
    assert (autre["etat"], autre["montant"]) == ("prepare", contrat["montant"])


async def test_ci_17_la_resiliation_vaut_a_sa_date_d_effet(marche: Marche) -> None:
    conclu = await conclure(marche)
    resilie = await marche.gestionnaire.post(f"{conclu.chemin}/resiliation", json=RESILIATION)
    assert resilie.status_code == 200, resilie.text
    assert (resilie.json()["etat"], resilie.json()["fin"]) == ("signe", "2027-04-01")
    assert resilie.json()["courants"]["fin"] == "2028-10-01"
    [publie] = await marche.banc.sortants("contrat.résilié")
    assert (publie.donnees["effet"], publie.donnees["lettre"]) == ("2027-04-01", "d" * 64)
    marche.banc.horloge.aller("2027-03-31T12:00-04:00")
    assert (await marche.gestionnaire.get(conclu.chemin)).json()["etat"] == "signe"
    marche.banc.horloge.aller("2027-04-01T12:00-04:00")
    lu = (await marche.gestionnaire.get(conclu.chemin)).json()
    assert (lu["etat"], lu["actes_permis"]) == ("resilie", ["copie"])
    for etat, trouves in (("resilie", 1), ("signe", 0), ("echu", 0)):
        liste = await marche.courtier.get("/v1/contrats", params={"etat": etat})
        assert len(liste.json()["elements"]) == trouves, etat


async def test_ci_17_un_contrat_echu_ne_s_ecrit_pas_d_avance(marche: Marche) -> None:
    conclu = await conclure(marche)
    marche.banc.horloge.aller("2028-09-30T23:30-04:00")
    assert (await marche.gestionnaire.get(conclu.chemin)).json()["etat"] == "signe"
    marche.banc.horloge.aller("2028-10-01T00:30-04:00")
    assert (await marche.gestionnaire.get(conclu.chemin)).json()["etat"] == "echu"
    liste = await marche.courtier.get("/v1/contrats", params={"etat": "echu"})
    assert len(liste.json()["elements"]) == 1
    tard = await marche.gestionnaire.post(f"{conclu.chemin}/resiliation", json=RESILIATION)
    assert (tard.status_code, tard.json()["details"]["etat"]) == (409, "echu")


@pytest.mark.parametrize(
    ("change", "statut", "regle"),
    [
        ({"effet": "2026-09-09"}, 409, "CI-17"),
        ({"effet": "2028-10-01"}, 409, "CI-17"),
        ({"lettre": {**LETTRE, "datee_le": "2026-09-11"}}, 409, "CI-17"),
        ({"lettre": {**LETTRE, "datee_le": "2026-09-07"}}, 409, "CI-17"),
        ({"lettre": {**LETTRE, "empreinte": "D" * 64}}, 422, None),
        ({"effet": None}, 422, None),
        ({"motif": ""}, 422, None),
    ],
)
async def test_ci_17_une_resiliation_qui_ne_tient_pas(
    marche: Marche, change: dict[str, Any], statut: int, regle: str | None
) -> None:
    conclu = await conclure(marche)
    corps = {**RESILIATION, **change}
    refus = await marche.gestionnaire.post(f"{conclu.chemin}/resiliation", json=corps)
    assert (refus.status_code, refus.json().get("regle")) == (statut, regle), refus.text
    assert (await marche.gestionnaire.get(conclu.chemin)).json()["resiliation"] is None


async def test_ci_16_la_copie_est_une_obligation_que_la_copie_remplit(marche: Marche) -> None:
    conclu = await conclure(marche)

    async def dues(**filtre: str) -> list[dict[str, Any]]:
        lues = await marche.gestionnaire.get("/v1/obligations", params=filtre)
        assert lues.status_code == 200, lues.text
        elements: list[dict[str, Any]] = lues.json()["elements"]
        return elements

    [due] = await dues(etat="due", nature="copie")
    assert (due["due_le"], due["regle"], due["objet_id"]) == (
        "2026-09-15", "CI-16", conclu.corps["id"]
    )  # fmt: skip
    assert await dues(jusqu_au="2026-09-14") == []
    marche.banc.horloge.aller("2026-09-16T08:00-04:00")
    assert [o["id"] for o in await dues(etat="en_retard")] == [due["id"]]
    await marche.gestionnaire.post(f"{conclu.chemin}/copie", json={})
    [remplie] = await dues(etat="remplie")
    assert (remplie["id"], remplie["tardive"]) == (due["id"], True)
    assert await dues(etat="en_retard") == []
    intrus = marche.banc.client("gestionnaire", organisme="SQ")
    assert (await intrus.get("/v1/obligations")).json()["elements"] == []


async def test_un_rappel_se_publie_une_fois_par_date(marche: Marche) -> None:
    await conclure(marche)
    assert await marche.banc.tache("rappels") == 0
    for jour, retard in (("2026-09-15", False), ("2026-09-16", True)):
        marche.banc.horloge.aller(f"{jour}T08:00-04:00")
        assert await marche.banc.tache("rappels") == 1
        assert await marche.banc.tache("rappels") == 0
        rappels = await marche.banc.sortants("obligation.rappelée")
        assert rappels[-1].donnees["en_retard"] is retard
    assert len(await marche.banc.sortants("obligation.rappelée")) == 2


async def test_deux_repliques_n_en_font_qu_un_rappel(marche: Marche) -> None:
    """Sans même le verrou de la tâche : l'obligation se verrouille, et retient ce qu'elle a dit."""
    await conclure(marche)
    marche.banc.horloge.aller("2026-09-15T08:00-04:00")
    contextes = [marche.banc.contexte for _ in range(4)]
    faits = await asyncio.gather(*map(RAPPELS.faire, contextes))
    assert sum(faits) == 1
    assert len(await marche.banc.sortants("obligation.rappelée")) == 1


async def test_l_agenda_des_obligations(marche: Marche) -> None:
    await conclure(marche)
    for chemin, accept in (("obligations.ics", "*/*"), ("obligations", "text/calendar")):
        rendu = await marche.gestionnaire.get(f"/v1/{chemin}", headers={"Accept": accept})
        assert rendu.headers["content-type"].startswith("text/calendar")
        lignes = rendu.content.decode().split("\r\n")
        assert lignes[0] == "BEGIN:VCALENDAR"
        assert lignes[-2:] == ["END:VCALENDAR", ""]
        assert "DTSTART;VALUE=DATE:20260915" in lignes
        autre = await marche.gestionnaire.get(
            f"/v1/{chemin}", headers={"Accept": accept}, params={"organisme": "SQ"}
        )
        assert autre.status_code == 404
