"""SLA-6 : ce qui tue, double, reconstruit ou fausse ne fait rien perdre ni redire."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import uuid5

import pytest
from sqlalchemy import text

from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.guet import A_RISQUE, DEUX, MANQUEE, SUJETS, TROIS, UN, Guet, guetter
from services.sla.tests.scene import elements, tout_marquer
from socle.bd.pannes import est_panne

pytestmark = pytest.mark.integration


@pytest.fixture
async def guet(banc: MonterBanc) -> Guet:
    return await guetter(banc)


async def test_sla_3_un_sujet_a_rejouer_attend_son_rejeu(guet: Guet) -> None:
    await guet.recevoir(Recit().creee(sept(1)))
    await tout_marquer(guet.banc)
    assert await guet.a("2026-09-14T09:00") == []
    await guet.banc.tache("rejeu")
    assert await guet.a("2026-09-14T09:01") == [(A_RISQUE, "2026-09-16")]


async def test_sla_6_tant_que_la_nuit_n_est_pas_recue_rien_ne_s_annonce(guet: Guet) -> None:
    """Le producteur s'est tu hier : la livraison est peut-être en route."""
    await guet.recevoir(Recit().creee(sept(1)))
    assert await guet.a("2026-09-16T16:00") != []
    assert await guet.a("2026-09-17T09:00", entendu=False) == []
    assert await guet.a("2026-09-17T09:01") == [(MANQUEE, "2026-09-16")]


async def test_sla_6_une_reconstruction_ne_redit_rien(guet: Guet) -> None:
    recus = messages(guet.banc, Recit().creee(sept(1)), UN)
    publiees = messages_de_fiches(guet.banc, [fiche()])
    await guet.banc.recevoir_messages(recus)
    await guet.a("2026-09-14T09:00")
    await guet.a("2026-09-17T09:00")
    copies = (table.name for table in guet.banc.service.copies)
    async with guet.banc.interne() as connexion:
        for table in (*copies, "socle_inbox", "socle_jalons"):
            await connexion.ecrire(text(f"DELETE FROM {table}"))
    # À moitié relue, l'histoire donne encore d'autres échéances : rien ne s'en dit.
    severe = fiche(indicateur(delai=2), version=2, debut=date(2026, 8, 1))
    await guet.banc.recevoir_messages([*messages_de_fiches(guet.banc, [severe]), *recus])
    assert await guet.a("2026-09-17T10:00", entendu=False) == []
    await guet.banc.recevoir_messages(publiees)
    assert [s for s in await guet.a("2026-09-17T10:01") if s[1] == "2026-09-16"] == []


async def test_sla_6_deux_repliques_a_la_fois_annoncent_une_fois(guet: Guet) -> None:
    demandes = [uuid5(ESPACE, str(n)) for n in range(12)]
    for demande in demandes:
        await guet.recevoir(Recit().creee(sept(1)), demande)
    guet.banc.horloge.aller("2026-09-14T09:00-04:00")
    await guet.banc.recevoir_jalons(guet.banc.horloge(), *SUJETS)
    tache = guet.banc.roles.taches["alertes"]
    # Sans le verrou de la tâche : la ligne seule départage.
    await asyncio.gather(*(tache.faire(guet.banc.contexte) for _ in range(3)))
    sortis = await guet.banc.sortants(A_RISQUE)
    assert sorted(s.donnees["sujet_id"] for s in sortis) == sorted(map(str, demandes))


@pytest.mark.parametrize("tuee", ["arrêtée", "annulée"])
async def test_sla_6_tuee_en_chemin_la_tache_reprend_sans_rien_redire(
    guet: Guet, tuee: str
) -> None:
    demandes = [uuid5(ESPACE, str(n)) for n in range(6)]
    for demande in demandes:
        await guet.recevoir(Recit().creee(sept(1)), demande)
    guet.banc.horloge.aller("2026-09-14T09:00-04:00")
    await guet.banc.recevoir_jalons(guet.banc.horloge(), *SUJETS)
    restent = iter([True, True, False])

    async def prolonger() -> bool:
        if not (encore := next(restent)) and tuee == "annulée":
            raise asyncio.CancelledError
        return encore

    with suppress(asyncio.CancelledError):
        contexte = replace(guet.banc.contexte, prolonger=prolonger)
        await guet.banc.roles.taches["alertes"].faire(contexte)
    assert len(await guet.banc.sortants(A_RISQUE)) == 3
    assert len(await guet.a("2026-09-14T09:01")) == 6
    assert await guet.a("2026-09-14T09:02") == []


async def test_sla_6_une_mesure_fautive_n_arrete_pas_les_autres(guet: Guet) -> None:
    for demande in (UN, DEUX, TROIS):
        await guet.recevoir(Recit().creee(sept(1)), demande)
    async with guet.banc.interne() as connexion:
        faux = text("UPDATE mesures SET fiche = 'é è' WHERE sujet_id = :id")
        await connexion.ecrire(faux, {"id": str(DEUX)})
    with pytest.raises(ExceptionGroup) as levees:
        await guet.a("2026-09-14T09:00")
    assert not any(map(est_panne, levees.value.exceptions))
    assert {s.donnees["sujet_id"] for s in await guet.neufs()} == {str(UN), str(TROIS)}
    # Réparée, elle s'annonce; les autres ne se redisent pas.
    await tout_marquer(guet.banc)
    await guet.banc.tache("rejeu")
    await guet.a("2026-09-14T09:01")
    assert [s.donnees["sujet_id"] for s in await guet.banc.sortants()][-1] == str(DEUX)
    assert len(await guet.banc.sortants()) == 3


async def test_sla_6_la_liste_se_filtre_et_un_organisme_ne_lit_que_les_siennes(
    guet: Guet,
) -> None:
    await guet.recevoir(Recit().creee(sept(1)), UN)
    await guet.recevoir(Recit().creee(sept(1)), DEUX, "SQ")
    await guet.a("2026-09-14T09:00")
    await guet.a("2026-09-17T09:00")
    mcn = guet.banc.client("mesure")
    toutes = await elements(mcn, "/v1/alertes")
    assert [a["nature"] for a in toutes] == ["manquee"] * 2 + ["a_risque"] * 2
    siennes = await elements(guet.banc.client("gestionnaire", organisme="SQ"), "/v1/alertes")
    assert {(a["organisme"], a["sujet_id"]) for a in siennes} == {("SQ", str(DEUX))}
    filtres: Iterator[tuple[dict[str, object], int]] = iter(
        [
            ({"nature": "manquee"}, 2),
            ({"organisme": "MTQ"}, 2),
            ({"sujet": UN, "nature": "a_risque"}, 1),
            ({"mesure": toutes[0]["mesure_id"]}, 2),
            ({"indicateur": "PT-9"}, 0),
        ]
    )
    for filtre, nombre in filtres:
        assert len(await elements(mcn, "/v1/alertes", **filtre)) == nombre
