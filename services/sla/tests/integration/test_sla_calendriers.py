"""Le calendrier reçu du bus décide de chaque jour, dans tout ordre d'arrivée (SLA-1, SLA-3)."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import permutations
from uuid import uuid5

import pytest
from sqlalchemy import text

from calendrier import lire_versions
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, Recit, fiche, indicateur, sept
from services.sla.tests.evenements import message_de_calendrier, messages, messages_de_fiches
from services.sla.tests.scene import elements, mesure_de, mesures_de, toutes
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration

UN, DEUX = uuid5(ESPACE, "un"), uuid5(ESPACE, "deux")
LIVREE = lire_versions()[0]
DEUIL = LIVREE.avec(
    version="2026-2",
    en_vigueur_depuis=date(2026, 9, 11),
    ajouts=[(date(2026, 9, 14), "Deuil national")],
)
DU_MTQ = Recit().creee(sept(10)).livree(sept(15))
"""Du 10 au 15 septembre : les 11, 14 et 15, moins le 14 s'il est chômé."""


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(indicateur(delai=2))]))
    return monte


async def vider(sla: Banc) -> None:
    async with sla.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM calendriers"))


async def test_sla_1_un_service_neuf_tient_la_version_de_la_mise_en_route(sla: Banc) -> None:
    await sla.recevoir_messages(messages(sla, DU_MTQ, UN))
    avant = await toutes(sla)
    assert [(m["jours"], m["calendrier"]) for m in avant] == [(3, "2015-1")]
    await sla.recevoir_messages([message_de_calendrier(sla, LIVREE)])
    assert await toutes(sla) == avant
    async with sla.interne() as connexion:
        assert await connexion.valeur(text("SELECT count(*) FROM calendriers")) == 1
        assert await connexion.valeur(text("SELECT count(*) FROM sujets WHERE a_rejouer")) == 0


@pytest.mark.parametrize("arrivee", range(6))
async def test_sla_1_un_conge_decrete_rejuge_ce_qui_le_traverse(sla: Banc, arrivee: int) -> None:
    """Une demande finie avant la version n'y change rien; l'autre perd un jour, et se tient."""
    finie = Recit().creee(sept(1)).livree(sept(10))
    lots: list[Sequence[Message]] = [
        messages(sla, DU_MTQ, UN),
        messages(sla, finie, DEUX),
        [message_de_calendrier(sla, DEUIL, 2)] * 2,
    ]
    for place in list(permutations(range(3)))[arrivee]:
        await sla.recevoir_messages(lots[place])
    connues = await mesures_de(sla)
    assert (connues[UN]["jours"], connues[UN]["calendrier"]) == (2, "2026-2")
    assert connues[UN]["verdict"] == "conforme"
    assert (connues[DEUX]["jours"], connues[DEUX]["calendrier"]) == (6, "2015-1")
    assert await sla.rebuts() == []


async def test_sla_3_l_explication_nomme_les_versions_qui_ont_decide(sla: Banc) -> None:
    await sla.recevoir_messages([*messages(sla, DU_MTQ, UN), message_de_calendrier(sla, DEUIL, 2)])
    mcn = sla.client("mesure")
    explication = (await mcn.get(f"/v1/mesures/{mesure_de(UN)}/explication")).json()
    assert (explication["calendrier"], explication["calendriers"]) == (
        "2026-2",
        ["2015-1", "2026-2"],
    )
    assert "Deuil national" in {i["libelle"] for i in explication["intervalles"]}


async def test_sla_1_une_version_remplacee_le_meme_jour_ne_decide_plus(sla: Banc) -> None:
    """La dernière publiée vaut, quel que soit l'ordre où elles arrivent."""
    annulee = LIVREE.avec(version="2026-3", en_vigueur_depuis=DEUIL.en_vigueur_depuis)
    for version, rang in ((annulee, 3), (DEUIL, 2)):
        await sla.recevoir_messages([message_de_calendrier(sla, version, rang)])
    await sla.recevoir_messages(messages(sla, DU_MTQ, UN))
    mesure = (await mesures_de(sla))[UN]
    assert (mesure["jours"], mesure["calendrier"]) == (3, "2026-3")


async def test_sla_1_un_autre_calendrier_ou_un_mauvais_ne_change_rien(sla: Banc) -> None:
    fautive = LIVREE.avec(
        version="2026-9", en_vigueur_depuis=date(2026, 9, 1), ajouts=[(date(2026, 9, 12), "Samedi")]
    )
    autre = message_de_calendrier(sla, DEUIL, calendrier="usine")
    await sla.recevoir_messages([autre, message_de_calendrier(sla, fautive, 2)])
    await sla.recevoir_messages(messages(sla, DU_MTQ, UN))
    assert (await mesures_de(sla))[UN]["jours"] == 3
    assert len(await sla.rebuts()) == 1


async def test_sla_1_sans_calendrier_rien_n_est_mesure_et_tout_l_est_a_sa_venue(sla: Banc) -> None:
    await sla.recevoir_messages(messages(sla, DU_MTQ, UN))
    await vider(sla)
    await sla.recevoir_messages(messages(sla, DU_MTQ, DEUX))
    assert set(await mesures_de(sla)) == {UN}
    assert await sla.tache("rejeu") == 0
    mcn = sla.client("mesure")
    assert await elements(mcn, "/v1/calendriers") == []
    assert (await mcn.get(f"/v1/mesures/{mesure_de(UN)}/explication")).status_code == 404
    await sla.recevoir_messages([message_de_calendrier(sla, LIVREE)])
    assert {d: m["jours"] for d, m in (await mesures_de(sla)).items()} == {UN: 3, DEUX: 3}
    assert await sla.rebuts() == []


async def test_sla_1_on_lit_les_versions_recues(sla: Banc) -> None:
    await sla.recevoir_messages([message_de_calendrier(sla, DEUIL, 2)])
    mcn = sla.client("mesure")
    versions = await elements(mcn, "/v1/calendriers", annee=2026)
    assert [(v["nom"], v["applique"]) for v in versions] == [("2015-1", False), ("2026-2", True)]
    assert [len(v["feries"]) for v in versions] == [13, 14]
    (premiere,) = await elements(mcn, "/v1/calendriers", limite=1)
    assert premiere["nom"] == "2015-1"


def an(annee: int, instant: datetime) -> datetime:
    return instant.replace(year=annee)


@pytest.mark.parametrize(
    ("recit", "au", "dit"),
    [
        (Recit().creee(an(2040, sept(3))).livree(an(2041, sept(3))), "2041-09-30", "poste.livré"),
        (Recit().creee(an(2041, sept(3))), "2041-09-30", "demande.créée"),
        (Recit().creee(sept(1)), "2041-01-15", "15 janvier 2041 sort du calendrier"),
        (Recit().creee(an(2040, sept(3))), "2040-12-31", "sort du calendrier, qui va de 2015"),
    ],
)
async def test_sla_1_hors_du_calendrier_la_mesure_attend_et_dit_pourquoi(
    sla: Banc, recit: Recit, au: str, dit: str
) -> None:
    sla.horloge.aller(f"{au}T12:00-05:00")
    long = fiche(indicateur(delai=250), version=2, debut=date(2015, 1, 2))
    await sla.recevoir_messages([*messages_de_fiches(sla, [long]), *messages(sla, recit, UN)])
    mesure = (await mesures_de(sla))[UN]
    assert (mesure["verdict"], mesure["jours"], mesure["fin"]) == ("en_cours", None, None)
    mcn = sla.client("mesure")
    for accepte in ("application/json", "text/html"):
        reponse = await mcn.get(
            f"/v1/mesures/{mesure_de(UN)}/explication", headers={"Accept": accepte}
        )
        assert reponse.status_code == 200, reponse.text
        # La page dit les types d'événement en mots.
        attendu = dit.replace(".", " ") if accepte == "text/html" else dit
        assert attendu.casefold() in reponse.text.casefold()
    assert await sla.rebuts() == []


async def test_sla_1_apres_2040_les_calendriers_demandent_leur_annee(sla: Banc) -> None:
    sla.horloge.aller("2041-01-15T12:00-05:00")
    mcn = sla.client("mesure")
    refus = await mcn.get("/v1/calendriers")
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-1")
    assert len(await elements(mcn, "/v1/calendriers", annee=2040)) == 1


async def test_sla_1_un_fait_impossible_n_arrete_ni_ses_voisins_ni_sa_correction(sla: Banc) -> None:
    """Rectifié, ce qui attendait se juge (DEM-13)."""
    recit = Recit().creee(sept(10)).livree(an(2041, sept(15))).rectifie(1, sept(15))
    *faits, rectification = messages(sla, recit, UN)
    await sla.recevoir_messages([*faits, *messages(sla, DU_MTQ, DEUX)])
    connues = await mesures_de(sla)
    assert (connues[UN]["verdict"], connues[DEUX]["jours"]) == ("en_cours", 3)
    await sla.recevoir_messages([rectification])
    assert (await mesures_de(sla))[UN]["jours"] == 3
