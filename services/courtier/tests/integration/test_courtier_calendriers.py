"""La copie du calendrier : refaite dans tout ordre d'arrivée, jamais devinée (SLA-1)."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from json import dumps

import pytest
from sqlalchemy import text

from calendrier import Calendrier, CalendrierAbsent, VersionCalendrier, lire_versions
from contrats.catalogue import CalendrierPublie
from courtier.calendriers.adaptateurs.depots import CalendriersSql
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.courtier.tests.marche import Marche
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration

LIVREE = lire_versions()[0]
PRIX = {"prix": "13"}
DECRET = LIVREE.avec(
    version="2026-2",
    en_vigueur_depuis=date(2026, 9, 15),
    ajouts=[(date(2026, 10, 1), "Deuil national")],
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
    assert (await applique(await banc("courtier"))).versions == (LIVREE,)


async def test_sla_1_dans_tout_ordre_la_copie_se_refait_de_ce_qui_est_publie(
    banc: MonterBanc,
) -> None:
    """Un autre calendrier n'y entre pas; à date égale, la dernière publiée vaut."""
    monte = await banc("courtier")
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
    monte = await banc("courtier")
    await vider(monte)
    with pytest.raises(CalendrierAbsent):
        await applique(monte)


async def test_ci_12_le_premier_jour_ouvrable_suit_le_calendrier_publie(marche: Marche) -> None:
    entente = await marche.entente()
    chemin = f"/v1/offres/{await marche.offre(entente['id'], prix=None)}/prix"
    corps = {**PRIX, "en_vigueur_le": "2026-10-01"}
    await marche.banc.recevoir_messages([publie(marche.banc, DECRET, 2)])
    refus = await marche.courtier.post(chemin, json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-12")
    assert refus.json()["details"] == {"premier_jour_ouvrable": "2026-10-02"}
    await vider(marche.banc)
    refus = await marche.courtier.post(chemin, json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-1")


async def test_ci_12_hors_du_calendrier_un_prix_est_refuse(marche: Marche) -> None:
    entente = await marche.entente()
    chemin = f"/v1/offres/{await marche.offre(entente['id'], prix=None)}/prix"
    refus = await marche.courtier.post(chemin, json={**PRIX, "en_vigueur_le": "2041-01-02"})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-12")
