"""La réception : le vrai chemin, des enveloppes aux mesures, sur les vraies migrations."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from calendrier import lire_versions
from contrats.demandes import ActeRectifie
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, Recit, calendrier, fiche, indicateur, sept
from services.sla.tests.evenements import message_de_calendrier, messages, messages_de_fiches
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits, retraits
from services.sla.tests.scene import comptees, mesures_de, recomptees, tout_marquer, toutes
from sla.base import metadonnees
from sla.fiches.domaine import Fiche, Fiches, VersionRetiree
from sla.main import service
from sla.mesures.adaptateurs.tables import mesures
from sla.mesures.domaine.verdict import rejouer
from socle.bus.enveloppe import Message

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
    recus = messages(sla, Recit().creee(sept(1)).livree(sept(2)).rectifie(1, sept(3)), UN)
    await sla.recevoir_messages(recus)
    avant = await mesures_de(sla)
    async with sla.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_inbox"))
    await sla.recevoir_messages(recus)
    assert await mesures_de(sla) == avant
    async with sla.interne() as connexion:
        for table, nombre in (("histoires", 2), ("rectifications", 1)):
            assert await connexion.valeur(text(f"SELECT count(*) FROM {table}")) == nombre
    assert await sla.rebuts() == []


DECIDEES = {
    *("exclusions", "annulations", "contestations", "decisions"),
    *("services", "actes_services", "indisponibilites", "actes_indisponibilites", "signalements"),
    *(
        "fermetures",
        "fiches_fermees",
        "taux_fermes",
        "comptes_fermes",
        "mesures_fermees",
        "corrections",
    ),
    *("a_corriger", "jalons_vus", "alertes", "alarmes_ecartees"),
    *("rapports", "executions_rapports", "traitements_rapports"),
    *("recalculs", "sujets_recalcules", "verdicts_recalcules"),
}
"""Les tables de ce qui se décide ici : nul sujet ne le redirait."""


def test_tout_se_refait_des_sujets_sauf_ce_qui_se_decide_ici() -> None:
    assert {t.name for t in service().copies} == metadonnees.tables.keys() - DECIDEES


async def test_un_poison_dans_un_lot_est_isole(sla: Banc) -> None:
    bons = messages(sla, Recit().creee(sept(1)).livree(sept(2)), UN)
    autre_id = {**bons[0].en_tetes, "ce_id": str(DEUX)}
    illisible = replace(bons[0], charge=b'{"organisme": 3}', en_tetes=autre_id)
    hors_calendrier = messages(sla, Recit().creee(sept(1).replace(year=2060)), DEUX)
    await sla.recevoir_messages([bons[0], illisible, *hors_calendrier, bons[1]])
    connues = await mesures_de(sla)
    assert {d: m["verdict"] for d, m in connues.items()} == {UN: "conforme", DEUX: "en_cours"}
    assert connues[DEUX]["raison"] == (
        "La mesure attend : « demande.créée », du 1er septembre 2060, mène hors du calendrier,"
        " qui va de 2015 à 2040 (SLA-1)."
    )
    assert len(await sla.rebuts()) == 1


async def test_sla_3_une_fiche_en_retard_juge_ce_qui_l_attendait(banc: MonterBanc) -> None:
    sla = await banc("sla")
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(1)).livree(sept(17)), UN))
    assert await toutes(sla) == []
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
    assert verdicts == {"conforme": 500}
    assert await sla.tache("rejeu") == nombre - 500
    assert {m["verdict"] for m in (await mesures_de(sla)).values()} == {"conforme"}
    assert await sla.tache("rejeu") == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    vies=st.lists(recits(), min_size=1, max_size=6),
    fiches=fiches_publiees(),
    donnees=st.data(),
    graine=st.integers(0, 2**32),
)
async def test_sla_3_la_mesure_incrementale_egale_le_recalcul_complet(
    vierge: Banc,
    vies: list[Recit],
    fiches: tuple[Fiche, ...],
    donnees: st.DataObject,
    graine: int,
) -> None:
    """Histoires, rectifications, fiches et retraits au hasard, mêlés et redonnés; tout est rejoué.

    Ce qui est passé par le bus et la base se juge comme ce qui est resté en mémoire.
    """
    retirees = donnees.draw(retraits(fiches))
    async with vierge.interne() as connexion:
        # Les mesures avant leurs comptes, qui les suivent.
        for table in ("socle_inbox", *(t.name for t in reversed(metadonnees.sorted_tables))):
            if not table.startswith("socle_") or table == "socle_inbox":
                await connexion.ecrire(text(f"DELETE FROM {table}"))
    recus = messages_de_fiches(vierge, [*fiches, *retirees])
    recus.append(message_de_calendrier(vierge, lire_versions()[0]))
    for n, recit in enumerate(vies):
        recus += messages(vierge, recit, uuid5(ESPACE, str(n)), f"ORG-{n % 2}")
    hasard = random.Random(graine)
    recus += hasard.choices(recus, k=5)
    hasard.shuffle(recus)
    while recus:
        taille = hasard.randint(1, len(recus))
        await vierge.recevoir_messages(recus[:taille])
        recus = recus[taille:]
    assert await vierge.rebuts() == []
    incrementales = await toutes(vierge)
    trouvees = Counter(_essentiel(UUID(m["sujet_id"]), m) for m in incrementales)
    assert trouvees == Counter(_jugees(vies, fiches, retirees))
    assert await comptees(vierge) == recomptees(incrementales)
    await tout_marquer(vierge)
    assert await vierge.tache("rejeu") == len(vies)
    assert await toutes(vierge) == incrementales


def _essentiel(sujet: UUID, m: dict[str, Any]) -> tuple[Any, ...]:
    noms = ("fiche", "indicateur", "fiche_version", "verdict", "j0", "jours", "fin", "exclue")
    return sujet, *(m[nom] for nom in noms)


def _jugees(
    vies: list[Recit], fiches: tuple[Fiche, ...], retirees: tuple[VersionRetiree, ...]
) -> Iterator[tuple[Any, ...]]:
    connues = Fiches.de(fiches, retirees)
    for n, recit in enumerate(vies):
        for m in rejouer(recit.histoire, connues, calendrier()):
            regime = (m.regime.fiche, m.regime.indicateur.code, m.regime.version)
            yield uuid5(ESPACE, str(n)), *regime, m.verdict, m.j0, m.jours, m.fin, m.exclue


async def test_sla_3_des_lots_simultanes_ne_s_ecrasent_pas(vierge: Banc) -> None:
    """Chaque fait d'une même demande, et la fiche, dans sa transaction, toutes ensemble."""
    recit = Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(9)).livree(sept(17))
    for tour in range(15):
        faits = messages(vierge, recit, uuid5(ESPACE, str(tour)))
        version = fiche(indicateur(f"I-{tour}"), code=f"F-{tour}", debut=date(2026, 9, 1))
        lots = [*([fait] for fait in faits), messages_de_fiches(vierge, [version])]
        await asyncio.gather(*(vierge.recevoir_messages(lot) for lot in lots))
    avant = await toutes(vierge)
    assert [(m["verdict"], m["jours"]) for m in avant] == [("conforme", 7)] * 15 * 15
    await tout_marquer(vierge)
    await vierge.tache("rejeu")
    assert await toutes(vierge) == avant


def redatee(sla: Banc, demande_id: UUID = UN) -> tuple[list[Message], Message, Message]:
    """Une demande livrée le 17, en vrai le 16 : ses autres faits, la livraison, l'heure juste."""
    recit = Recit().creee(sept(1)).livree(sept(17)).completee(sept(17)).rectifie(1, sept(16))
    creee, livree, completee, rectification = messages(sla, recit, demande_id)
    return [creee, completee], livree, rectification


@pytest.mark.parametrize("forme", ["avant", "apres", "meme_lot", "meme_lot_apres"])
async def test_dem_13_une_rectification_vaut_avant_apres_ou_avec_son_acte(
    sla: Banc, forme: str
) -> None:
    """Redonnée chaque fois; l'inconnue attend que son acte arrive."""
    autres, livree, rectification = redatee(sla)
    await sla.recevoir_messages(autres)
    for lot in {
        "avant": [[rectification], [rectification], [livree]],
        "apres": [[livree], [rectification, rectification], [rectification]],
        "meme_lot": [[rectification, livree, rectification], [rectification]],
        "meme_lot_apres": [[livree, rectification, rectification]],
    }[forme]:
        await sla.recevoir_messages(lot)
    mesure = (await mesures_de(sla))[UN]
    assert (mesure["verdict"], mesure["jours"], mesure["fin"]) == ("conforme", 10, sept(16))
    assert await sla.rebuts() == []


async def test_dem_13_un_acte_et_sa_rectification_dans_deux_lots_simultanes(sla: Banc) -> None:
    """Deux membres du groupe traitent la même demande au même moment."""
    for tour in range(15):
        autres, livree, rectification = redatee(sla, uuid5(ESPACE, str(tour)))
        lots = [[livree], [rectification], autres, [rectification]]
        await asyncio.gather(*(sla.recevoir_messages(lot) for lot in lots))
    jugees = [(m["verdict"], m["jours"]) for m in (await mesures_de(sla)).values()]
    assert jugees == [("conforme", 10)] * 15


async def test_dem_13_la_rectification_d_un_organisme_ne_touche_pas_l_autre(sla: Banc) -> None:
    """Même demande, même acte, autre organisme : une autre histoire."""
    recit = Recit().creee(sept(1)).livree(sept(2)).rectifie(1, None)
    *siens, _ = messages(sla, recit, UN, "MTQ")
    *_, etrangere = messages(sla, recit, UN, "SQ")
    await sla.recevoir_messages([etrangere, *siens])
    await sla.recevoir_messages([etrangere])
    async with sla.interne() as connexion:
        lignes = await connexion.lignes(select(mesures.c.organisme, mesures.c.verdict))
        assert [tuple(ligne) for ligne in lignes] == [("MTQ", "conforme")]


async def test_dem_13_l_acte_d_un_actif_n_est_pas_garde(sla: Banc) -> None:
    await sla.recevoir(
        ActeRectifie(
            organisme="MTQ",
            agregat_id=UN,
            acte_id=DEUX,
            acte="actif.récupéré",
            cause="rectification",
        )
    )
    async with sla.interne() as connexion:
        assert await connexion.valeur(text("SELECT count(*) FROM rectifications")) == 0


async def test_dem_13_une_heure_impossible_s_ecarte_sans_attendre_son_acte(sla: Banc) -> None:
    """Gardée, elle ferait échouer l'acte qu'elle attend : le contrat la refuse à la lecture."""
    recit = Recit().creee(sept(1)).livree(sept(2)).rectifie(1, sept(3))
    *faits, rectifiee = messages(sla, recit, UN)
    impossible = replace(rectifiee, charge=rectifiee.charge.replace(b"2026-", b"2160-"))
    await sla.recevoir_messages([impossible])
    await sla.recevoir_messages(faits)
    assert (await mesures_de(sla))[UN]["fin"] == sept(2)
    assert len(await sla.rebuts()) == 1


async def test_dem_13_j0_rectifie_la_mesure_change_de_fiche(sla: Banc) -> None:
    severe = fiche(indicateur(delai=2), version=2, debut=date(2026, 9, 9))
    await sla.recevoir_messages(messages_de_fiches(sla, [severe]))
    recit = Recit().creee(sept(9)).livree(sept(15)).rectifie(0, sept(8))
    *faits, rectification = messages(sla, recit, UN)
    for recus, attendue in ((faits, ("manquee", 2)), ([rectification], ("conforme", 1))):
        await sla.recevoir_messages(recus)
        mesure = (await mesures_de(sla))[UN]
        assert (mesure["verdict"], mesure["fiche_version"]) == attendue


async def test_dem_13_une_completee_derivee_nulle_ne_change_rien(sla: Banc) -> None:
    recit = Recit().creee(sept(1)).livree(sept(2)).completee(sept(2)).rectifie(2, None)
    *faits, nulle = messages(sla, recit, UN)
    await sla.recevoir_messages(faits)
    avant = await mesures_de(sla)
    await sla.recevoir_messages([nulle])
    assert await mesures_de(sla) == avant
