"""Un statu quo reçu du bus rejuge son organisme, et lui seul (CAT-6, SLA-10)."""

from datetime import date
from itertools import permutations
from uuid import uuid5

import pytest
from sqlalchemy import text

from contrats.catalogue import StatuQuoAccorde, StatuQuoFini
from noyau import sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, Recit, fiche, indicateur, prise_en_charge, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import elements, mesures_de
from sla.taux.domaine.fermetures import PRODUCTEURS
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration

UN, DEUX, SQ_ID = (uuid5(ESPACE, nom) for nom in ("un", "deux", "statu_quo"))
VERSIONS = [
    fiche(indicateur(delai=10)),
    fiche(indicateur(delai=2), prise_en_charge(), version=2, debut=date(2026, 9, 8)),
]
RECIT = Recit().creee(sept(9)).prise_en_charge(sept(9)).livree(sept(15))


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    return monte


def accorde(sla: Banc) -> Message:
    return sla.message(
        StatuQuoAccorde(
            statu_quo_id=SQ_ID, organisme="MTQ", fiche="POSTES", version=1, debut=date(2026, 9, 8)
        ),
        sequence=1,
    )


def fini(sla: Banc, le: date, sequence: int = 2) -> Message:
    evenement = StatuQuoFini(statu_quo_id=SQ_ID, organisme="MTQ", fiche="POSTES", fin=le)
    return sla.message(evenement, sequence=sequence)


@pytest.mark.parametrize("arrivee", range(24))
async def test_cat_6_dans_tout_ordre_un_seul_organisme_garde_sa_version(
    sla: Banc, arrivee: int
) -> None:
    lots = [
        messages_de_fiches(sla, VERSIONS),
        [*messages(sla, RECIT, UN, "MTQ"), *messages(sla, RECIT, DEUX, "SQ")],
        [accorde(sla)] * 2,
        [fini(sla, date(2026, 9, 21))],
    ]
    for place in list(permutations(range(4)))[arrivee]:
        await sla.recevoir_messages(lots[place])
    connues = await mesures_de(sla)
    assert (connues[UN]["fiche_version"], connues[UN]["verdict"]) == (1, "conforme")
    assert (connues[DEUX]["fiche_version"], connues[DEUX]["verdict"]) == (2, "manquee")
    assert set(await mesures_de(sla, "PEC-1")) == {DEUX}
    assert await sla.rebuts() == []


async def test_cat_6_une_fin_avancee_rejuge_ce_qui_la_suit(sla: Banc) -> None:
    await sla.recevoir_messages(
        [*messages_de_fiches(sla, VERSIONS), *messages(sla, RECIT, UN), accorde(sla)]
    )
    await sla.recevoir_messages([fini(sla, date(2026, 9, 9), 3), fini(sla, date(2026, 9, 21), 2)])
    assert (await mesures_de(sla))[UN]["fiche_version"] == 2


async def test_sla_10_les_taux_d_un_organisme_attendent_ce_que_garde_son_statu_quo(
    sla: Banc,
) -> None:
    await sla.recevoir_messages([*messages_de_fiches(sla, VERSIONS), accorde(sla)])
    for sujet, organisme in ((UN, "MTQ"), (DEUX, "SQ")):
        await sla.recevoir_messages(messages(sla, RECIT, sujet, organisme))
    mcn = sla.client("mesure")
    for organisme, attendus in (("MTQ", {"PT-1"}), ("SQ", {"PT-1", "PEC-1"})):
        lus = await elements(mcn, "/v1/taux", exercice="2026-2027", organisme=organisme)
        assert {t["indicateur"] for t in lus} == attendus


async def test_sla_7_ce_qu_un_statu_quo_fait_entrer_d_un_mois_ferme_dit_la_fiche(
    sla: Banc,
) -> None:
    """Aucun fait n'est venu tard : c'est la version que lit l'organisme qui a changé."""
    sans = [
        fiche(indicateur(delai=10), prise_en_charge()),
        fiche(indicateur(delai=10), version=2, debut=date(2026, 9, 8)),
    ]
    await sla.recevoir_messages([*messages_de_fiches(sla, sans), *messages(sla, RECIT, UN)])
    sla.horloge.aller("2026-10-02T09:00-04:00")
    await sla.recevoir_jalons(sla.horloge(), *map(sujet_de, PRODUCTEURS))
    mcn = sla.client("mesure")
    fermee = await mcn.post("/v1/periodes/2026-09/fermeture", json={})
    assert fermee.status_code == 201, fermee.text
    await sla.recevoir_messages([accorde(sla)])
    await sla.tache("corrections")
    (correction,) = await elements(mcn, "/v1/corrections")
    assert (correction["indicateur"], correction["avant"]) == ("PEC-1", None)
    assert correction["cause"] == "fiche"


async def test_cat_6_un_organisme_ne_voit_pas_le_statu_quo_d_un_autre(sla: Banc) -> None:
    await sla.recevoir_messages([*messages_de_fiches(sla, VERSIONS), accorde(sla)])
    autre = sla.client("gestionnaire", organisme="SQ")
    lus = await elements(autre, "/v1/taux", exercice="2026-2027")
    assert {t["indicateur"] for t in lus} == {"PT-1", "PEC-1"}
    async with sla.interne() as connexion:
        assert await connexion.valeur(text("SELECT count(*) FROM statu_quo")) == 1
