"""IC-1 : l'histoire d'un contrat commence par celle du dossier d'où il naît (SLA-10)."""

import asyncio
from itertools import permutations
from typing import Any
from uuid import UUID, uuid5

import pytest

from contrats.courtier import ContratSigne, RencontreDemandee, RencontreTenue
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, demarrage, fiche, sept
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.scene import mesures_de, toutes
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration

UN, DEUX, DOSSIER, AUTRE = (uuid5(ESPACE, nom) for nom in ("un", "deux", "dossier", "autre"))


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    fiches = [fiche(demarrage(), code="COURTIER")]
    await monte.recevoir_messages(messages_de_fiches(monte, fiches))
    return monte


def demandee(
    sla: Banc, jour: int, dossier: UUID = DOSSIER, organisme: str = "MTQ", rang: int = 1
) -> Message:
    rencontre = RencontreDemandee(dossier_id=dossier, organisme=organisme)
    return sla.message(rencontre, survenu_le=sept(jour), sequence=rang)


def signe(
    sla: Banc, contrat: UUID, jour: int, dossier: UUID | None = DOSSIER, organisme: str = "MTQ"
) -> Message:
    champs: dict[str, Any] = {
        "contrat_id": contrat, "dossier_id": dossier, "organisme": organisme,
        "fournisseur_id": AUTRE, "debut": "2026-11-01", "duree_mois": 12, "montant": "1200.00",
        "signe_client_le": sept(jour), "signe_fournisseur_le": sept(jour), "elements": (),
    }  # fmt: skip
    return sla.message(ContratSigne.model_validate(champs), survenu_le=sept(jour))


@pytest.mark.parametrize("arrivee", range(6))
async def test_ic_1_deux_contrats_d_un_dossier_partent_de_sa_premiere_rencontre(
    sla: Banc, arrivee: int
) -> None:
    """La seconde demande et la rencontre tenue n'y changent rien; dans tout ordre d'arrivée."""
    tenue = sla.message(
        RencontreTenue(dossier_id=DOSSIER, organisme="MTQ"), survenu_le=sept(9), sequence=3
    )
    lots = [
        [demandee(sla, 1), demandee(sla, 5, rang=2), tenue],
        [signe(sla, UN, 11)],
        [signe(sla, DEUX, 21)] * 2,
    ]
    for place in list(permutations(range(3)))[arrivee]:
        await sla.recevoir_messages(lots[place])
    mesures = await mesures_de(sla, "IC-1")
    assert {c: (m["sujet"], m["jours"]) for c, m in mesures.items()} == {
        UN: ("contrat", 10),
        DEUX: ("contrat", 20),
    }
    assert await sla.rebuts() == []


async def test_ic_1_un_contrat_sans_dossier_ou_sans_rencontre_n_est_pas_mesure(sla: Banc) -> None:
    await sla.recevoir_messages(
        [demandee(sla, 1), signe(sla, UN, 11, None), signe(sla, DEUX, 11, AUTRE)]
    )
    assert await toutes(sla) == []


async def test_ic_1_la_rencontre_d_un_autre_organisme_n_ouvre_rien(sla: Banc) -> None:
    await sla.recevoir_messages([signe(sla, UN, 11), demandee(sla, 1, organisme="SQ")])
    assert await toutes(sla) == []
    await sla.recevoir_messages([demandee(sla, 6)])
    assert [m["jours"] for m in await toutes(sla)] == [5]


async def test_ic_1_une_rencontre_survenue_apres_la_signature_ne_l_ouvre_pas(sla: Banc) -> None:
    """Elle prépare un autre contrat du dossier; l'histoire du premier ne la compte pas."""
    await sla.recevoir_messages([signe(sla, UN, 3), demandee(sla, 8), signe(sla, DEUX, 21)])
    mesures = await mesures_de(sla, "IC-1")
    assert {c: m["jours"] for c, m in mesures.items()} == {DEUX: 13}


async def test_ic_1_rencontre_et_signature_dans_des_lots_simultanes(sla: Banc) -> None:
    for tour in range(15):
        dossier, contrat = uuid5(ESPACE, f"d{tour}"), uuid5(ESPACE, f"c{tour}")
        lots = [[demandee(sla, 1, dossier)], [signe(sla, contrat, 11, dossier)]]
        await asyncio.gather(*(sla.recevoir_messages(lot) for lot in lots))
    assert [m["jours"] for m in await toutes(sla)] == [10] * 15


async def test_sla_3_l_explication_d_un_contrat_montre_les_faits_de_son_dossier(sla: Banc) -> None:
    sla.horloge.aller("2026-09-30T12:00-04:00")
    await sla.recevoir_messages([demandee(sla, 1), signe(sla, UN, 11)])
    (mesure,) = await toutes(sla)
    reponse = await sla.client("mesure").get(f"/v1/mesures/{mesure['id']}/explication")
    assert [f["effet"] for f in reponse.json()["faits"]] == ["ouvre la mesure", "ferme la mesure"]
