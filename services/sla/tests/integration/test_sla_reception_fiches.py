"""La réception : plusieurs mesures par sujet, versions tardives ou retirées (SLA-10, CAT-2)."""

import asyncio
from dataclasses import replace
from datetime import date
from itertools import permutations
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from contrats import EVENEMENTS
from contrats.demandes import LIVRAISONS as LIVREES
from contrats.demandes import ActeRectifie, DemandeCreee, PrestationEffectuee
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import (
    CONTRAT,
    ESPACE,
    Recit,
    calendrier,
    demarrage,
    fiche,
    indicateur,
    prise_en_charge,
    retiree,
    sept,
)
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import mesures_de, toutes
from sla.fiches.domaine import SUJETS_MESURES, Fiches
from sla.histoires.domaine import _RANGS, LIVRAISONS, Sujet
from sla.histoires.entrees import ECOUTES
from sla.mesures.domaine.verdict import rejouer

pytestmark = pytest.mark.integration

UN, DEUX = uuid5(ESPACE, "un"), uuid5(ESPACE, "deux")


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche()]))
    return monte


@pytest.fixture
async def vierge(banc: MonterBanc) -> Banc:
    return await banc("sla")


async def test_sla_10_rejouer_retire_les_mesures_qui_n_existent_plus(sla: Banc) -> None:
    recit = Recit().creee(sept(1)).livree(sept(2)).rectifie(0, None)
    *faits, nulle = messages(sla, recit, UN)
    await sla.recevoir_messages([*faits, *messages(sla, Recit().creee(sept(1)), DEUX)])
    assert set(await mesures_de(sla)) == {UN, DEUX}
    await sla.recevoir_messages([nulle])
    assert set(await mesures_de(sla)) == {DEUX}
    async with sla.interne() as connexion:
        assert await connexion.valeur(text("SELECT count(*) FROM sujets")) == 2


@pytest.mark.parametrize("arrivee", range(6))
async def test_cat_2_une_version_retiree_avant_ou_apres_rejuge_la_meme_mesure(
    vierge: Banc, arrivee: int
) -> None:
    """Histoire, version tardive et retrait, dans les six ordres; la mesure garde son identité."""
    severe = fiche(indicateur(delai=2), prise_en_charge(), version=2, debut=date(2026, 9, 1))
    lots = [
        messages(vierge, Recit().creee(sept(1)).livree(sept(16)), UN),
        messages_de_fiches(vierge, [fiche(), severe]),
        messages_de_fiches(vierge, [retiree(severe)]),
    ]
    for n in list(permutations(range(3)))[arrivee]:
        await vierge.recevoir_messages(lots[n])
    (mesure,) = await toutes(vierge)
    assert (mesure["verdict"], mesure["fiche_version"]) == ("conforme", 1)
    (attendue,) = rejouer(
        Recit(Sujet("demande", str(UN))).creee(sept(1)).livree(sept(16)).histoire,
        Fiches.de([fiche()]),
        calendrier(),
    )
    assert mesure["id"] == attendue.id
    assert await vierge.rebuts() == []


async def test_cat_5_une_fiche_tardive_rejuge_la_meme_mesure(sla: Banc) -> None:
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(1)).livree(sept(16)), UN))
    (avant,) = await toutes(sla)
    severe = fiche(indicateur(delai=2), prise_en_charge(), version=2, debut=date(2026, 9, 1))
    await sla.recevoir_messages(messages_de_fiches(sla, [severe]))
    apres = {m["indicateur"]: m for m in await toutes(sla)}
    assert apres.keys() == {"PT-1", "PEC-1"}
    assert apres["PT-1"]["id"] == avant["id"]
    assert (avant["verdict"], apres["PT-1"]["verdict"]) == ("conforme", "manquee")


async def test_sla_10_une_fiche_d_un_autre_code_n_ote_rien_aux_mois_passes(sla: Banc) -> None:
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(1)).livree(sept(16)), UN))
    avant = await toutes(sla)
    neuve = fiche(indicateur("NEUF-1", delai=2), code="NEUVE", debut=date(2026, 9, 8))
    await sla.recevoir_messages(messages_de_fiches(sla, [neuve]))
    assert await toutes(sla) == avant
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(8)).livree(sept(14)), DEUX))
    verdicts = {(m["sujet_id"], m["indicateur"]): m["verdict"] for m in await toutes(sla)}
    assert verdicts == {
        (str(UN), "PT-1"): "conforme",
        (str(DEUX), "PT-1"): "conforme",
        (str(DEUX), "NEUF-1"): "manquee",
    }


async def test_sla_10_un_contrat_se_mesure_a_sa_signature(sla: Banc) -> None:
    """L'instant est celui de la signature, que l'événement dit, pas celui où on l'a publié."""
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(demarrage(), code="COURTIER")]))
    recit = Recit(CONTRAT).puis("rencontre.demandée", sept(1)).puis("contrat.signé", sept(20))
    demandee, signe = messages(sla, recit, UN)
    en_tetes = {**signe.en_tetes, "ce_time": "2026-09-25T13:00:00Z"}
    await sla.recevoir_messages([replace(signe, en_tetes=en_tetes), demandee])
    mesure = (await mesures_de(sla, "IC-1"))[UN]
    assert (mesure["sujet"], mesure["numero"], mesure["horloge"]) == (
        "contrat", None, "jours_civils",
    )  # fmt: skip
    assert (mesure["verdict"], mesure["jours"], mesure["fin"]) == ("conforme", 19, sept(20))


async def test_sla_10_ce_qui_ne_nomme_pas_de_sujet_s_ignore(sla: Banc) -> None:
    await sla.recevoir(
        PrestationEffectuee(organisme="MTQ", prestation_id=UN, prestation="entretien")
    )
    async with sla.interne() as connexion:
        assert await connexion.valeur(text("SELECT count(*) FROM histoires")) == 0
    assert await sla.rebuts() == []


async def test_dem_13_la_rectification_suit_l_acte_chez_son_sujet(sla: Banc) -> None:
    """L'acte d'une prestation a sa propre clé; la demande qu'elle sert se rejoue quand même."""
    rendue = indicateur("REN-1", ferme=("prestation.effectuée",), rouvre=(), delai=2)
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(rendue, code="RENDUE")]))
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(1)), UN))
    prestation = PrestationEffectuee(
        organisme="MTQ", prestation_id=DEUX, prestation="entretien", demande_id=UN
    )
    fait = sla.message(prestation, survenu_le=sept(9), id=UUID(int=5))
    juste = ActeRectifie(
        organisme="MTQ", agregat_id=DEUX, acte_id=UUID(int=5), acte="prestation.effectuée",
        survenu_le=sept(2), cause="rectification",
    )  # fmt: skip
    await sla.recevoir_messages([fait])
    assert (await mesures_de(sla, "REN-1"))[UN]["verdict"] == "manquee"
    await sla.recevoir_messages([sla.message(juste)])
    assert (await mesures_de(sla, "REN-1"))[UN]["verdict"] == "conforme"


async def test_dem_13_deux_agregats_d_un_meme_sujet_dans_des_lots_simultanes(sla: Banc) -> None:
    """Une prestation, son heure juste, sa demande et une fiche, chacune dans sa transaction."""
    rendue = indicateur("REN-1", ferme=("prestation.effectuée",), rouvre=(), delai=2)
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(rendue, code="RENDUE")]))
    for tour in range(10):
        demande_id, prestation_id = uuid5(ESPACE, f"d{tour}"), uuid5(ESPACE, f"p{tour}")
        fait = sla.message(
            PrestationEffectuee(
                organisme="MTQ", prestation_id=prestation_id, prestation="x", demande_id=demande_id
            ),
            survenu_le=sept(9),
            id=uuid5(ESPACE, f"a{tour}"),
        )
        juste = ActeRectifie(
            organisme="MTQ", agregat_id=prestation_id, acte_id=uuid5(ESPACE, f"a{tour}"),
            acte="prestation.effectuée", survenu_le=sept(2), cause="rectification",
        )  # fmt: skip
        creee = messages(sla, Recit().creee(sept(1)), demande_id)
        version = fiche(indicateur(f"I-{tour}"), code=f"F-{tour}", debut=date(2026, 9, 1))
        melange = [*messages_de_fiches(sla, [version]), *creee]
        lots = [[fait], [sla.message(juste)], creee, melange]
        await asyncio.gather(*(sla.recevoir_messages(lot) for lot in lots))
    jugees = [(m["verdict"], m["jours"]) for m in (await mesures_de(sla, "REN-1")).values()]
    assert jugees == [("conforme", 1)] * 10


async def test_cat_9_un_code_inconnu_ne_repond_a_rien_et_ne_va_pas_aux_rebuts(sla: Banc) -> None:
    recus = messages(sla, Recit().creee(sept(1), sorte="holographe", gamme="pliable"), UN)
    recus += messages(sla, Recit().creee(sept(1), gamme="pliable").livree(sept(2)), DEUX)
    lunaire = indicateur("LUNE-1", horloge="lunaisons", calendrier="lunaire", sujet="astre")
    recus += messages_de_fiches(sla, [fiche(lunaire, code="ASTRES")])
    await sla.recevoir_messages(recus)
    (mesure,) = await toutes(sla)
    assert (mesure["verdict"], mesure["exclue"], mesure["signalee"]) == ("conforme", False, False)
    assert await sla.rebuts() == []


def test_sla_10_tout_evenement_d_un_sujet_s_ecoute() -> None:
    """Un seul sujet par événement, l'organisme nommé; sla sait déjà ce qu'il publie."""
    siens = {c for c in EVENEMENTS.values() if c.SUJETS and c.PRODUCTEUR != "sla"}
    assert ECOUTES.keys() - siens == {ActeRectifie}
    precedents = {sorte for c in siens for sorte in c.SUITE_DE}
    assert {sorte for c in siens for sorte in c.SUJETS} == SUJETS_MESURES | precedents
    assert precedents == {"dossier"}
    assert all(len(c.SUITE_DE) <= 1 for c in siens)
    assert all(len(c.SUJETS) == 1 and "organisme" in c.model_fields for c in siens)
    assert DemandeCreee in siens


def test_dem_12_chaque_acte_d_une_demande_a_son_rang() -> None:
    """Une livraison de plus, un geste de plus : une ligne de la table."""
    assert frozenset(c.TYPE for c in LIVREES) == LIVRAISONS
    sans_rang = {c.TYPE for c in ECOUTES if "demande" in c.SUJETS} - _RANGS.keys()
    assert sans_rang == {"date.convenue", "prestation.effectuée"}
