"""SLA-5 : ce qu'envoie Alertmanager, répété, en groupe, dans le désordre, ou mal formé."""

import asyncio
from json import dumps
from typing import Any

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.integration.test_sla_disponibilites import ADRESSE, inscrire, lues
from services.sla.tests.scene import elements

pytestmark = pytest.mark.integration
VIDE = "0001-01-01T00:00:00Z"


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-16T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4())]))
    await inscrire(monte, "MTQ", "SQ")
    await monte.tache("minutes")
    return monte


def alarme(
    debut: str, fin: str = VIDE, *, empreinte: str = "7a1c3f0e5b2d4c68", **etiquettes: str
) -> dict[str, Any]:
    return {
        "status": "firing" if fin == VIDE else "resolved",
        "labels": {"alertname": "ServiceMuet", "sbg_service": "messagerie", **etiquettes},
        "annotations": {"summary": "La messagerie ne répond plus."},
        "startsAt": debut,
        "endsAt": fin,
        "generatorURL": "http://prometheus.example:9090/graph",
        "fingerprint": empreinte,
    }


async def envoyer(sla: Banc, *alarmes: object) -> list[dict[str, Any]]:
    """Un groupe tel qu'Alertmanager 0.28 l'envoie : sans clé, avec un champ que nul ne lit."""
    corps = {
        "version": "4",
        "groupKey": '{}:{alertname="ServiceMuet"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "sbg",
        "groupLabels": {"alertname": "ServiceMuet"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example:9093",
        "alerts": list(alarmes),
    }
    client = sla.client("integration", sujet="alertmanager")
    reponse = await client.post(
        f"{ADRESSE}/alarmes", content=dumps(corps), headers={"Content-Type": "application/json"}
    )
    assert reponse.status_code == 200, reponse.text
    rendues: list[dict[str, Any]] = reponse.json()["alarmes"]
    return rendues


async def sorts(sla: Banc, *alarmes: object) -> list[str]:
    return [suivie["sort"] for suivie in await envoyer(sla, *alarmes)]


DEBUT, FIN = "2026-09-14T12:06:00.417268813Z", "2026-09-14T09:48:00.9-04:00"


async def test_sla_5_une_alarme_sonne_et_ouvre_se_tait_et_ferme(sla: Banc) -> None:
    assert await sorts(sla, alarme(DEBUT)) == ["ouverte"]
    (ouverte,) = await elements(sla.client("mesure"), ADRESSE, ouverte="true")
    assert (ouverte["debut"], ouverte["source"]) == ("2026-09-14T12:06:00Z", "alarme")
    # Du lundi 8 h 06 à la fin du mardi, dernier jour compté.
    assert (await lues(sla))["MTQ"][1] == 39 * 3600 + 54 * 60
    assert await sorts(sla, alarme(DEBUT, FIN)) == ["fermee"]
    assert (await lues(sla))["MTQ"][1] == 102 * 60
    assert len(await sla.sortants("indisponibilité.constatée")) == 2


async def test_sla_5_repetee_en_groupe_elle_ne_change_rien(sla: Banc) -> None:
    for _ in range(2):
        await envoyer(sla, alarme(DEBUT), alarme(DEBUT))
    for _ in range(2):
        await envoyer(sla, alarme(DEBUT, FIN), alarme(DEBUT))
    assert len(await elements(sla.client("mesure"), ADRESSE)) == 1
    assert len(await sla.sortants("indisponibilité.constatée")) == 2
    assert (await lues(sla))["MTQ"][1] == 102 * 60


async def test_sla_5_se_tait_sans_qu_on_l_ait_entendue_sonner(sla: Banc) -> None:
    assert await sorts(sla, alarme(DEBUT, FIN), alarme(DEBUT)) == ["constatee", "deja"]
    assert (await lues(sla))["MTQ"][1] == 102 * 60


async def test_sla_5_un_silence_perdu_se_ferme_a_la_main_avec_un_motif(sla: Banc) -> None:
    (ouverte,) = await envoyer(sla, alarme(DEBUT))
    adresse = f"{ADRESSE}/{ouverte['indisponibilite_id']}"
    corps = {
        "service": "messagerie",
        "debut": "2026-09-14T12:06:00Z",
        "fin": "2026-09-14T12:36:00Z",
        "motif": "Le silence de l'alarme s'est perdu; les journaux disent 8 h 36.",
    }
    sans_motif = {nom: v for nom, v in corps.items() if nom != "motif"}
    client = sla.client("mesure")
    assert (await client.post(f"{adresse}/correction", json=sans_motif)).status_code == 422
    assert (await client.post(f"{adresse}/correction", json=corps)).status_code == 200
    # La décision d'une personne tient, quoi que redise l'alarme.
    assert await sorts(sla, alarme(DEBUT), alarme(DEBUT, FIN)) == ["deja", "deja"]
    assert (await lues(sla))["MTQ"][1] == 30 * 60
    # Elle sonne de nouveau plus tard : c'en est une autre.
    assert await sorts(sla, alarme("2026-09-15T12:00:00Z")) == ["ouverte"]


async def test_sla_5_le_debut_qu_une_personne_a_deplace_demeure(sla: Banc) -> None:
    (ouverte,) = await envoyer(sla, alarme(DEBUT))
    corps = {
        "service": "messagerie",
        "debut": "2026-09-14T12:30:00Z",
        "motif": "Les journaux disent 8 h 30.",
    }
    adresse = f"{ADRESSE}/{ouverte['indisponibilite_id']}/correction"
    assert (await sla.client("mesure").post(adresse, json=corps)).status_code == 200
    assert await sorts(sla, alarme(DEBUT), alarme(DEBUT, FIN)) == ["deja", "fermee"]
    assert (await lues(sla))["MTQ"][1] == 78 * 60


async def test_sla_5_une_empreinte_n_a_qu_une_indisponibilite_ouverte(sla: Banc) -> None:
    """Deux Prometheus jumeaux ne disent pas le même début : le plus tôt vaut."""
    await envoyer(sla, alarme("2026-09-14T12:06:30Z"))
    assert await sorts(sla, alarme("2026-09-14T12:06:00Z")) == ["ouverte"]
    assert await sorts(sla, alarme("2026-09-14T12:07:00Z")) == ["deja"]
    assert await sorts(sla, alarme("2026-09-14T12:07:00Z", FIN)) == ["fermee"]
    (une,) = await elements(sla.client("mesure"), ADRESSE)
    assert (une["debut"], une["fin"]) == ("2026-09-14T12:06:00Z", "2026-09-14T13:48:00Z")


async def test_sla_5_une_fausse_alarme_annulee_ne_revient_pas(sla: Banc) -> None:
    (ouverte,) = await envoyer(sla, alarme(DEBUT))
    adresse = f"{ADRESSE}/{ouverte['indisponibilite_id']}/annulation"
    await sla.client("mesure").post(adresse, json={"motif": "La sonde était en panne."})
    assert await sorts(sla, alarme(DEBUT), alarme(DEBUT, FIN)) == ["deja", "deja"]
    assert (await lues(sla))["MTQ"][1] == 0


async def test_sla_5_une_alarme_mal_formee_est_gardee_et_n_arrete_pas_les_autres(
    sla: Banc,
) -> None:
    bonne = alarme(DEBUT, FIN)
    mauvaises: list[object] = [
        alarme(DEBUT, empreinte=""),
        alarme(DEBUT, empreinte="a", sbg_service="telepathie"),
        alarme(DEBUT, empreinte="b", sbg_service="Pas un code!"),
        alarme(DEBUT, empreinte="c", sbg_nature="lenteur"),
        alarme(DEBUT, empreinte="d", sbg_organismes="ABSENT"),
        alarme("hier", empreinte="e"),
        alarme(DEBUT, DEBUT, empreinte="f"),
        alarme("2006-09-14T12:06:00Z", empreinte="l"),
        alarme("2026-09-17T12:00:00Z", empreinte="g"),
        {**alarme(DEBUT, empreinte="h"), "status": ["perdue"]},
        {**alarme(DEBUT, empreinte="i"), "labels": None},
        {"fingerprint": ["j"], "labels": {"alertname": "\u202e\x00\ud800"}},
        {},
        None,
        "alarme",
    ]
    rendus = await sorts(sla, *mauvaises[:6], bonne, *mauvaises[6:])
    assert rendus == ["ecartee"] * 6 + ["constatee"] + ["ecartee"] * 9
    await envoyer(sla, mauvaises[1])
    gardees = await elements(sla.client("mesure"), f"{ADRESSE}/alarmes")
    par_empreinte = {e["empreinte"]: e for e in gardees}
    assert "telepathie" in par_empreinte["a"]["raison"]
    assert (par_empreinte["a"]["fois"], par_empreinte["b"]["fois"]) == (2, 1)
    assert "dans les 62 jours" in par_empreinte["l"]["raison"]
    assert par_empreinte["a"]["document"]["labels"]["sbg_service"] == "telepathie"
    # Le service enfin déclaré, la même alarme répétée ouvre.
    neuf = {"code": "telepathie", "libelle": "Télépathie", "debut": "2026-09-01"}
    assert (await sla.client("mesure").post("/v1/services", json=neuf)).status_code == 201
    assert await sorts(sla, mauvaises[1]) == ["ouverte"]


@pytest.mark.parametrize("profondeur", [25, 190, 300, 800])
async def test_sla_5_une_alarme_sans_fond_est_gardee_et_n_arrete_pas_les_autres(
    sla: Banc, profondeur: int
) -> None:
    sans_fond: Any = []
    for _ in range(profondeur):
        sans_fond = [sans_fond]
    etiquetee = {**alarme(DEBUT, empreinte="k"), "labels": {"alertname": sans_fond}}
    rendus = await sorts(sla, sans_fond, alarme(DEBUT, FIN), etiquetee, 10**26)
    assert rendus == ["ecartee", "constatee", "ecartee", "ecartee"]
    assert (await lues(sla))["MTQ"][1] == 102 * 60
    gardees = await elements(sla.client("mesure"), f"{ADRESSE}/alarmes")
    assert {e["raison"][:8] for e in gardees} == {"L'alarme", "L'étique"}


async def test_sla_5_une_alarme_qui_dure_se_ferme_si_vieille_soit_elle(sla: Banc) -> None:
    """Le plancher ne joue qu'à la naissance : la fin d'une longue panne n'y touche pas."""
    sla.horloge.aller("2026-06-01T12:00-04:00")
    assert await sorts(sla, alarme("2026-06-01T12:00:00Z")) == ["ouverte"]
    sla.horloge.aller("2026-09-16T12:00-04:00")
    assert await sorts(sla, alarme("2026-06-01T12:00:00Z")) == ["deja"]
    assert await sorts(sla, alarme("2026-06-01T11:00:00Z")) == ["ecartee"]
    assert await sorts(sla, alarme("2026-06-01T12:00:00Z", "2026-09-16T13:00:00Z")) == ["fermee"]
    assert await sorts(sla, alarme("2026-07-16T12:00:00Z", empreinte="2")) == ["ouverte"]
    assert await sorts(sla, alarme("2026-07-15T12:00:00Z", empreinte="3")) == ["ecartee"]


async def test_sla_5_une_alarme_en_avance_annulee_ne_revient_pas(sla: Banc) -> None:
    """L'horloge de la sonde avance de deux minutes : son début se ramène à l'instant reçu."""
    dite = alarme("2026-09-16T16:02:00Z")
    (ouverte,) = await envoyer(sla, dite)
    (gardee,) = await elements(sla.client("mesure"), ADRESSE)
    assert gardee["debut"] == "2026-09-16T16:00:00Z"
    sla.horloge.aller("2026-09-16T12:10-04:00")
    adresse = f"{ADRESSE}/{ouverte['indisponibilite_id']}/annulation"
    await sla.client("mesure").post(adresse, json={"motif": "La sonde était en panne."})
    close = alarme("2026-09-16T16:02:00Z", "2026-09-16T16:09:00Z")
    assert await sorts(sla, dite, close) == ["deja", "deja"]
    assert len(await elements(sla.client("mesure"), ADRESSE)) == 1


async def test_sla_5_seule_une_machine_du_mcn_donne_des_alarmes(sla: Banc) -> None:
    corps = {"version": "4", "alerts": [alarme(DEBUT)]}
    for client, statut in (
        (sla.client("integration", organisme="MTQ"), 404),
        (sla.client("gestionnaire", organisme="MTQ"), 403),
        (sla.client("mesure"), 403),
    ):
        assert (await client.post(f"{ADRESSE}/alarmes", json=corps)).status_code == statut
    autre = await sla.client("integration").post(
        f"{ADRESSE}/alarmes", json={**corps, "version": "3"}
    )
    assert autre.status_code == 422
    assert await elements(sla.client("mesure"), ADRESSE) == []


async def test_sla_5_une_alarme_peut_n_atteindre_que_des_organismes(sla: Banc) -> None:
    assert await sorts(sla, alarme(DEBUT, FIN, sbg_organismes="SQ, MTQ")) == ["constatee"]
    assert await sorts(sla, alarme(DEBUT, FIN, empreinte="2", sbg_organismes="SQ")) == ["constatee"]
    comptees = await lues(sla)
    assert (comptees["MTQ"][1], comptees["SQ"][1]) == (102 * 60, 102 * 60)


async def test_sla_5_la_meme_alarme_recue_ensemble_n_ouvre_qu_une_fois(sla: Banc) -> None:
    """Deux Alertmanager jumeaux la disent au même instant, avec une correction d'une personne."""
    recus = await asyncio.gather(*(sorts(sla, alarme(DEBUT)) for _ in range(6)))
    assert sorted(sort for (sort,) in recus) == ["deja"] * 5 + ["ouverte"]
    autres = (alarme(DEBUT, FIN, empreinte=str(n), sbg_service="stockage") for n in range(4))
    await asyncio.gather(*(sorts(sla, autre) for autre in autres), sorts(sla, alarme(DEBUT, FIN)))
    assert len(await elements(sla.client("mesure"), ADRESSE)) == 5
    assert (await lues(sla))["MTQ"][1] == 102 * 60


async def test_sla_5_reconstruire_garde_les_constats_et_rend_les_memes_minutes(sla: Banc) -> None:
    await envoyer(sla, alarme(DEBUT, FIN))
    avant = await lues(sla)
    async with sla.interne() as connexion:
        for table in ("minutes", "mois_comptes", "inscriptions", "inactivites"):
            await connexion.pilote.execute(f"DELETE FROM {table}")
    await sla.tache("minutes")
    assert await lues(sla) == {}
    await inscrire(sla, "MTQ", "SQ")
    await sla.tache("minutes")
    assert await lues(sla) == avant
    assert len(await sla.sortants("indisponibilité.constatée")) == 1
