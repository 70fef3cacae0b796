"""La copie du calendrier : refaite dans tout ordre d'arrivée, jamais devinée (SLA-1)."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from json import dumps

import pytest
from sqlalchemy import text

from calendrier import Calendrier, CalendrierAbsent, VersionCalendrier, lire_versions
from contrats.catalogue import CalendrierPublie
from demandes.calendriers.adaptateurs.depots import CalendriersSql
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.demandes.tests.integration.test_demandes_parc import intervention
from services.demandes.tests.parcours import Parcours
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration

LIVREE = lire_versions()[0]
DECRET = LIVREE.avec(
    version="2026-2",
    en_vigueur_depuis=date(2026, 9, 1),
    ajouts=[(date(2026, 9, 2), "Deuil national")],
)


def publie(
    banc: Banc, version: VersionCalendrier, rang: int, calendrier: str = "fonction_publique"
) -> Message:
    document = {**version.vers_document(), "calendrier": calendrier}
    return banc.message(CalendrierPublie.model_validate_json(dumps(document)), sequence=rang)


async def applique(banc: Banc) -> Calendrier:
    async with banc.interne() as connexion:
        return await CalendriersSql(connexion).applique()


async def vider(banc: Banc) -> None:
    async with banc.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM calendriers"))


async def test_sla_1_un_service_neuf_tient_la_version_de_la_mise_en_route(
    banc: MonterBanc,
) -> None:
    assert (await applique(await banc("demandes"))).versions == (LIVREE,)


async def test_sla_1_dans_tout_ordre_la_copie_se_refait_de_ce_qui_est_publie(
    banc: MonterBanc,
) -> None:
    """Un autre calendrier n'y entre pas; à date égale, la dernière publiée vaut."""
    monte = await banc("demandes")
    annulee = DECRET.avec(version="autre", en_vigueur_depuis=DECRET.en_vigueur_depuis)
    recus: Sequence[Message] = [
        publie(monte, LIVREE, 1),
        publie(monte, DECRET, 3),
        publie(monte, annulee, 2),
    ]
    for ordre in permutations(recus):
        await vider(monte)
        async with monte.interne() as connexion:
            for table in ("socle_inbox", "socle_suivi"):
                await connexion.ecrire(text(f"DELETE FROM {table}"))
        await monte.recevoir_messages([*ordre, publie(monte, annulee, 1, "usine"), ordre[0]])
        assert (await applique(monte)).versions == (LIVREE, DECRET)
    assert await monte.rebuts() == []


async def test_sla_1_sans_version_rien_ne_se_compte(banc: MonterBanc) -> None:
    monte = await banc("demandes")
    await vider(monte)
    with pytest.raises(CalendrierAbsent):
        await applique(monte)


async def test_dem_5_un_jour_decrete_ferie_se_soutient_de_jour(parcours: Parcours) -> None:
    """Le mercredi 2 septembre 2026 à 10 h : aux heures du CSC, sauf s'il est chômé."""
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2026-09-02T16:00Z")
    corps = intervention(debut="2026-09-02T14:00:00Z")
    refus = await parcours.csc.post("/v1/interventions", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-5")
    await parcours.banc.recevoir_messages(
        [publie(parcours.banc, DECRET, 2), publie(parcours.banc, LIVREE, 1)]
    )
    assert (await parcours.csc.post("/v1/interventions", json=corps)).status_code == 201


async def test_sla_1_hors_du_calendrier_une_intervention_est_refusee(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2041-01-15T12:00Z")
    refus = await parcours.csc.post(
        "/v1/interventions", json=intervention(debut="2041-01-14T23:00:00Z")
    )
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-1")
    await vider(parcours.banc)
    refus = await parcours.csc.post(
        "/v1/interventions", json=intervention(debut="2026-09-01T22:00:00Z")
    )
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-1")
