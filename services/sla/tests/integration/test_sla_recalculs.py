"""SLA-7 : ce qu'une version changerait se dit d'abord; publiée, elle fait ce qui fut annoncé."""

from datetime import date
from decimal import Decimal
from json import loads
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from calendrier import VersionCalendrier, lire_versions
from noyau import sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import message_de_calendrier, messages, messages_de_fiches
from services.sla.tests.integration.test_sla_exclusions_api import invoquee, mesureuse, poser
from services.sla.tests.scene import DEMANDES, MESURES, PT_3, elements, semer, toutes
from sla.fiches.domaine import Fiche
from sla.histoires.adaptateurs.tables import histoires
from sla.taux.domaine.fermetures import PRODUCTEURS

pytestmark = pytest.mark.integration

LIVREE = lire_versions()[0]
DEUIL = LIVREE.avec(
    version="2026-2",
    en_vigueur_depuis=date(2026, 9, 1),
    ajouts=[(date(2026, 9, 14), "Deuil national")],
)
"""Un congé de plus : la demande livrée en onze jours pour dix se tient."""


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """Septembre est fermé."""
    monte = await semer(await banc("sla"))
    await monte.recevoir_messages([message_de_calendrier(monte, LIVREE)])
    monte.horloge.aller("2026-10-02T09:00-04:00")
    await monte.recevoir_jalons(monte.horloge(), *(sujet_de(nom) for nom in PRODUCTEURS))
    await monte.tache("rejeu")
    fermee = await monte.client("mesure").post("/v1/periodes/2026-09/fermeture", json={})
    assert fermee.status_code == 201, fermee.text
    return monte


def corps(candidat: VersionCalendrier, /, **autres: object) -> dict[str, Any]:
    document = {**candidat.vers_document(), "calendrier": "fonction_publique", **autres}
    return {"calendrier": document}


async def demander(sla: Banc, version: VersionCalendrier = DEUIL) -> str:
    reponse = await sla.client("mesure").post("/v1/recalculs", json=corps(version))
    assert reponse.status_code == 202, reponse.text
    identifiant: str = reponse.json()["id"]
    assert reponse.headers["location"] == f"/v1/recalculs/{identifiant}"
    return identifiant


async def lire(sla: Banc, identifiant: str) -> dict[str, Any]:
    reponse = await sla.client("mesure").get(f"/v1/recalculs/{identifiant}")
    assert reponse.status_code == 200, reponse.text
    lu: dict[str, Any] = reponse.json()
    return lu


async def acheve(sla: Banc, version: VersionCalendrier = DEUIL) -> dict[str, Any]:
    identifiant = await demander(sla, version)
    await sla.tache("recalculs")
    lu = await lire(sla, identifiant)
    if lu["etat"] == "en_cours":
        await sla.tache("recalculs")
        lu = await lire(sla, identifiant)
    assert (lu["etat"], lu["faits"], lu["ecartes"]) == ("acheve", lu["sujets"], 0)
    return lu


async def accepter(sla: Banc, identifiant: str, role: str = "mesure") -> httpx.Response:
    return await sla.client(role).post(f"/v1/recalculs/{identifiant}/application")


def compte(chiffres: dict[str, int]) -> tuple[int, ...]:
    return tuple(
        chiffres[n] for n in ("conformes", "mesurees", "conformes_ajuste", "mesurees_ajuste")
    )


async def test_sla_7_le_rapport_annonce_exactement_ce_que_la_publication_fait(sla: Banc) -> None:
    mcn, avant = sla.client("mesure"), await toutes(sla)
    rapport = await acheve(sla)
    assert await toutes(sla) == avant, "un rapport n'enregistre aucune mesure"
    assert (rapport["sujets"], rapport["verdicts"]) == (5, 1)
    assert rapport["corrections"] == {"2026-09": 1}
    (deplace,) = rapport["taux"]
    assert (deplace["indicateur"], deplace["periode"]) == ("PT-1", "2026-09")
    assert compte(deplace["avant"]) == (3, 4, 2, 3)
    assert compte(deplace["apres"]) == (4, 4, 3, 3)
    (annonce,) = await elements(mcn, f"/v1/recalculs/{rapport['id']}/verdicts")
    assert annonce["mesure_id"] == str(MESURES["tard"])
    assert (annonce["avant"]["verdict"], annonce["avant"]["jours"]) == ("manquee", 11)
    assert (annonce["apres"]["verdict"], annonce["apres"]["jours"]) == ("conforme", 10)

    assert (await accepter(sla, rapport["id"])).status_code == 200
    await sla.recevoir_messages([message_de_calendrier(sla, DEUIL, 2)])
    await sla.tache("rejeu")
    await sla.tache("corrections")
    (correction,) = await elements(mcn, "/v1/corrections")
    assert correction["mesure_id"] == annonce["mesure_id"]
    assert [correction["periode"]] == annonce["corrige"]
    assert correction["cause"] == annonce["cause"] == "calendrier"
    for cote in ("avant", "apres"):
        for nom in ("verdict", "jours", "calendrier"):
            assert correction[cote][nom] == annonce[cote][nom]
    (taux,) = [
        t
        for t in await elements(mcn, "/v1/taux", indicateur="PT-1", periode="2026-09")
        if t["organisme"] is None
    ]
    assert taux["corrige"]["brut"]["conformes"] == deplace["apres"]["conformes"]
    assert taux["corrige"]["brut"]["mesurees"] == deplace["apres"]["mesurees"]


async def test_sla_7_la_cause_annoncee_connait_ce_qui_fut_decide_depuis(sla: Banc) -> None:
    """Exclue après la fermeture, pas encore corrigée : la correction à venir dira l'exclusion."""
    await poser(mesureuse(sla), "exclusions", invoquee())
    rapport = await acheve(sla)
    mcn = sla.client("mesure")
    (annonce,) = await elements(mcn, f"/v1/recalculs/{rapport['id']}/verdicts")
    await sla.recevoir_messages([message_de_calendrier(sla, DEUIL, 2)])
    await sla.tache("rejeu")
    await sla.tache("corrections")
    (correction,) = await elements(mcn, "/v1/corrections")
    assert correction["mesure_id"] == annonce["mesure_id"]
    assert correction["cause"] == annonce["cause"] == "exclusion"


async def test_sla_7_accepte_il_se_publie_une_fois(sla: Banc) -> None:
    rapport = await acheve(sla)
    rendus = [await accepter(sla, rapport["id"]) for _ in range(2)]
    assert [r.status_code for r in rendus] == [200, 200]
    assert rendus[0].json() == rendus[1].json()
    (publie,) = await sla.sortants("recalcul.accepté")
    assert publie.donnees["recalcul_id"] == rapport["id"]
    assert (publie.donnees["sorte"], publie.donnees["candidat"]) == ("calendrier", "2026-2")
    assert publie.donnees["empreinte"] == rapport["empreinte"]
    assert publie.donnees["calendriers"] == 1, "celui qui valait"
    assert publie.donnees["accepte_par"] == rendus[0].json()["accepte_par"]


async def test_sla_7_un_rapport_plus_vieux_que_les_faits_se_refuse(sla: Banc) -> None:
    rapport = await acheve(sla)
    recit = Recit().creee(sept(2)).livree(sept(9))
    await sla.recevoir_messages(messages(sla, recit, UUID(int=9), "SQ"))
    refus = await accepter(sla, rapport["id"])
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-7")
    details = refus.json()["details"]
    assert (details["nombre"], details["sujets"]) == (1, [f"demande/{UUID(int=9)}"])
    assert await sla.sortants("recalcul.accepté") == []
    assert (await accepter(sla, (await acheve(sla))["id"])).status_code == 200


async def test_sla_7_une_autre_version_publiee_perime_le_rapport(sla: Banc) -> None:
    rapport = await acheve(sla)
    autre = LIVREE.avec(version="2026-5", en_vigueur_depuis=date(2026, 12, 1))
    await sla.recevoir_messages([message_de_calendrier(sla, autre, 2)])
    refus = await accepter(sla, rapport["id"])
    assert refus.status_code == 409
    assert refus.json()["details"]["fiches_calendriers_ou_fermetures"] is True


async def test_sla_7_un_rapport_inacheve_ou_une_machine_ne_l_accepte_pas(sla: Banc) -> None:
    identifiant = await demander(sla)
    assert (await accepter(sla, identifiant)).status_code == 409
    await sla.tache("recalculs")
    client = sla.client("gestionnaire", organisme="MTQ")
    assert (await client.get(f"/v1/recalculs/{identifiant}")).status_code == 403
    assert (await accepter(sla, str(UUID(int=4)))).status_code == 404


async def test_sla_7_ce_qui_vaut_deja_ne_change_rien(sla: Banc) -> None:
    rapport = await acheve(sla, LIVREE)
    assert (rapport["verdicts"], rapport["taux"], rapport["corrections"]) == (0, [], {})


async def test_sla_7_deux_rapports_a_la_fois_s_ignorent(sla: Banc) -> None:
    un, deux = await demander(sla), await demander(sla)
    for _ in range(4):
        await sla.tache("recalculs")
    lus = [await lire(sla, i) for i in (un, deux)]
    assert [lu["verdicts"] for lu in lus] == [1, 1]
    assert lus[0]["empreinte"] == lus[1]["empreinte"]
    assert lus[0]["intrants"] == lus[1]["intrants"]


@pytest.mark.parametrize(
    ("envoi", "statut"),
    [
        ({}, 422),
        (corps(DEUIL, ajouts=[{"jour": "2026-09-12", "libelle": "Samedi"}]), 409),
        (corps(DEUIL, version="2015-1"), 409),
        (corps(DEUIL, calendrier="usine"), 409),
        (corps(DEUIL, en_vigueur_depuis="hier"), 422),
    ],
)
async def test_sla_7_un_candidat_qui_ne_peut_servir_se_refuse(
    sla: Banc, envoi: dict[str, Any], statut: int
) -> None:
    reponse = await sla.client("mesure").post("/v1/recalculs", json=envoi)
    assert reponse.status_code == statut, reponse.text
    assert await elements(sla.client("mesure"), "/v1/recalculs") == []


async def test_sla_7_un_sujet_qui_ne_se_rejoue_pas_n_arrete_pas_les_autres(sla: Banc) -> None:
    async with sla.interne() as connexion:
        sans_nom = update(histoires).values(attendues=[{"inconnu": 1}])
        autre = histoires.c.sujet_id == str(DEMANDES["autre"])
        assert await connexion.ecrire(sans_nom.where(autre))
    identifiant = await demander(sla)
    for _ in range(2):
        await sla.tache("recalculs")
    lu = await lire(sla, identifiant)
    assert (lu["etat"], lu["faits"], lu["ecartes"], lu["verdicts"]) == ("acheve", 5, 1, 1)


async def proposer(sla: Banc, candidate: Fiche) -> dict[str, Any]:
    """Le rapport achevé d'une fiche."""
    (message,) = messages_de_fiches(sla, [candidate])
    propose = {"fiche": loads(message.charge)}
    reponse = await sla.client("mesure").post("/v1/recalculs", json=propose)
    assert reponse.status_code == 202, reponse.text
    for _ in range(2):
        await sla.tache("recalculs")
    return await lire(sla, reponse.json()["id"])


async def test_sla_7_une_fiche_se_propose_aussi(sla: Banc) -> None:
    """Un délai de onze jours au lieu de dix : la demande en retard d'un jour se tient."""
    lu = await proposer(sla, fiche(indicateur(delai=11), version=2))
    assert (lu["sorte"], lu["nom"], lu["etat"]) == ("fiche", "POSTES 2", "acheve")
    verdicts = await elements(sla.client("mesure"), f"/v1/recalculs/{lu['id']}/verdicts")
    bouges = {v["mesure_id"]: v for v in verdicts}
    assert bouges[str(MESURES["tard"])]["apres"]["verdict"] == "conforme"


async def test_sla_7_une_cible_qui_change_seule_se_dit_et_ce_qu_elle_fait_atteindre(
    sla: Banc,
) -> None:
    """Trois conformes sur quatre : sous 0,95, manquée; sous 0,70, atteinte, mais pas l'ajusté."""
    lu = await proposer(sla, fiche(indicateur(cible=Decimal("0.70")), PT_3, version=2))
    (deplace,) = lu["taux"]
    avant, apres = deplace["avant"], deplace["apres"]
    assert (deplace["indicateur"], deplace["periode"]) == ("PT-1", "2026-09")
    assert compte(avant) == compte(apres) == (3, 4, 2, 3)
    dits = ("cible", "cible_atteinte", "cible_atteinte_ajuste")
    assert [avant[n] for n in dits] == ["0.95", False, False]
    assert [apres[n] for n in dits] == ["0.7", True, False]


async def test_sla_7_une_cible_moindre_de_quelques_unes_ne_change_pas_celle_du_taux(
    sla: Banc,
) -> None:
    """La plus haute de celles qui régissent encore demeure : celle de la première version."""
    moindre = fiche(indicateur(cible=Decimal("0.70")), version=2, debut=date(2026, 9, 2))
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(3)).livree(sept(4)), UUID(int=9)))
    assert (await proposer(sla, moindre))["taux"] == []
