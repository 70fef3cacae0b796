"""La réception : le vrai chemin, des enveloppes aux mesures, sur les vraies migrations."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche
from sla.mesures.adaptateurs.tables import mesures

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


async def mesures_de(sla: Banc) -> dict[UUID, dict[str, Any]]:
    async with sla.interne() as connexion:
        lignes = (await connexion.execute(select(mesures))).mappings()
        return {ligne["demande_id"]: dict(ligne) for ligne in lignes}


async def test_sla_3_une_demande_recue_est_jugee(sla: Banc) -> None:
    recit = Recit().creee(sept(1)).livree(sept(17)).completee(sept(17))
    await sla.recevoir_messages(messages(sla, recit, UN))
    mesure = (await mesures_de(sla))[UN]
    assert (mesure["verdict"], mesure["jours"], mesure["periode"]) == ("manquee", 11, "2026-09")
    assert (mesure["fiche"], mesure["fiche_version"]) == ("POSTES", 1)


async def test_sla_3_en_desordre_et_en_double_meme_mesure(banc: MonterBanc) -> None:
    recit = Recit().creee(sept(1), approbation_requise=True).approuvee(sept(2))
    recit.suspendue(sept(3)).reprise(sept(9)).livree(sept(16)).completee(sept(16))
    hasard, attendue = random.Random(3), None
    for _ in range(4):
        sla = await banc("sla")
        recus = [*messages(sla, recit, UN), *messages_de_fiches(sla, [fiche()])]
        recus += hasard.sample(recus, 4)
        hasard.shuffle(recus)
        for message in recus:
            await sla.recevoir_messages([message])
        mesure = (await mesures_de(sla))[UN]
        attendue = attendue or mesure
        assert mesure == attendue
    assert attendue is not None
    assert attendue["verdict"] == "conforme"


async def test_un_meme_evenement_redonne_apres_purge_de_la_boite_ne_double_rien(sla: Banc) -> None:
    recus = messages(sla, Recit().creee(sept(1)).livree(sept(2)), UN)
    await sla.recevoir_messages(recus)
    avant = await mesures_de(sla)
    async with sla.interne() as connexion:
        await connexion.execute(text("DELETE FROM socle_inbox"))
    await sla.recevoir_messages(recus)
    assert await mesures_de(sla) == avant
    async with sla.interne() as connexion:
        assert await connexion.scalar(text("SELECT count(*) FROM histoires")) == 2


async def test_un_poison_dans_un_lot_est_isole(sla: Banc) -> None:
    bons = messages(sla, Recit().creee(sept(1)).livree(sept(2)), UN)
    autre_id = {**bons[0].en_tetes, "ce_id": str(DEUX)}
    illisible = replace(bons[0], charge=b'{"organisme": 3}', en_tetes=autre_id)
    hors_calendrier = messages(sla, Recit().creee(sept(1).replace(year=2060)), DEUX)
    await sla.recevoir_messages([bons[0], illisible, *hors_calendrier, bons[1]])
    connues = await mesures_de(sla)
    assert {d: m["verdict"] for d, m in connues.items()} == {UN: "conforme"}
    assert len(await sla.rebuts()) == 2


async def test_sla_3_une_fiche_en_retard_juge_ce_qui_l_attendait(banc: MonterBanc) -> None:
    sla = await banc("sla")
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(1)).livree(sept(17)), UN))
    assert (await mesures_de(sla))[UN]["verdict"] == "en_attente"
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche()]))
    assert (await mesures_de(sla))[UN]["verdict"] == "manquee"


async def test_cat_5_une_version_nouvelle_ne_rejuge_que_ses_jours_j0(sla: Banc) -> None:
    await sla.recevoir_messages(
        [
            *messages(sla, Recit().creee(sept(8)).livree(sept(15)), UN),
            *messages(sla, Recit().creee(sept(9)).livree(sept(15)), DEUX),
        ]
    )
    severe = fiche(indicateur(delai=2), version=2, debut=date(2026, 9, 9))
    await sla.recevoir_messages(messages_de_fiches(sla, [severe]))
    connues = await mesures_de(sla)
    assert (connues[UN]["verdict"], connues[UN]["fiche_version"]) == ("conforme", 1)
    assert (connues[DEUX]["verdict"], connues[DEUX]["fiche_version"]) == ("manquee", 2)


async def test_sla_3_la_tache_acheve_un_rejeu_plus_grand_qu_un_lot(banc: MonterBanc) -> None:
    sla = await banc("sla")
    recit = Recit().creee(sept(1)).livree(sept(2))
    nombre = 700
    tous = [m for n in range(nombre) for m in messages(sla, recit, uuid5(ESPACE, str(n)))]
    for debut in range(0, len(tous), 500):
        await sla.recevoir_messages(tous[debut : debut + 500])
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche()]))
    verdicts = Counter(m["verdict"] for m in (await mesures_de(sla)).values())
    assert verdicts == {"conforme": 500, "en_attente": nombre - 500}
    assert await sla.tache("rejeu") == nombre - 500
    assert {m["verdict"] for m in (await mesures_de(sla)).values()} == {"conforme"}
    assert await sla.tache("rejeu") == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    vies=st.lists(recits(), min_size=1, max_size=6),
    fiches=fiches_publiees(),
    graine=st.integers(0, 2**32),
)
async def test_sla_3_la_mesure_incrementale_egale_le_recalcul_complet(
    vierge: Banc, vies: list[Recit], fiches: tuple[Fiche, ...], graine: int
) -> None:
    """Histoires et fiches au hasard, mêlées et redonnées; puis tout est rejoué d'un coup."""
    async with vierge.interne() as connexion:
        for table in ("socle_inbox", "histoires", "mesures", "fiches"):
            await connexion.execute(text(f"DELETE FROM {table}"))
    recus = messages_de_fiches(vierge, fiches)
    for n, recit in enumerate(vies):
        recus += messages(vierge, recit, uuid5(ESPACE, str(n)), f"ORG-{n % 2}")
    hasard = random.Random(graine)
    recus += hasard.choices(recus, k=5)
    hasard.shuffle(recus)
    while recus:
        taille = hasard.randint(1, len(recus))
        await vierge.recevoir_messages(recus[:taille])
        recus = recus[taille:]
    incrementales = await mesures_de(vierge)
    async with vierge.interne() as connexion:
        await connexion.execute(update(mesures).values(a_rejouer=True))
    assert await vierge.tache("rejeu") == len(incrementales)
    assert await mesures_de(vierge) == incrementales


async def test_sla_3_des_lots_simultanes_ne_s_ecrasent_pas(vierge: Banc) -> None:
    """Chaque fait d'une même demande, et la fiche, dans sa transaction, toutes ensemble."""
    recit = Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(9)).livree(sept(17))
    for tour in range(15):
        faits = messages(vierge, recit, uuid5(ESPACE, str(tour)))
        version = fiche(code=f"F-{tour}", debut=date(2026, 9, 1))
        lots = [*([fait] for fait in faits), messages_de_fiches(vierge, [version])]
        await asyncio.gather(*(vierge.recevoir_messages(lot) for lot in lots))
    jugees = [(m["verdict"], m["jours"]) for m in (await mesures_de(vierge)).values()]
    assert jugees == [("conforme", 7)] * 15
    async with vierge.interne() as connexion:
        await connexion.execute(update(mesures).values(a_rejouer=True))
    avant = await mesures_de(vierge)
    await vierge.tache("rejeu")
    assert await mesures_de(vierge) == {
        demande: {**mesure, "a_rejouer": False} for demande, mesure in avant.items()
    }
