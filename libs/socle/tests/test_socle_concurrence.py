"""Sous écritures concurrentes : rien de perdu, aucun fantôme, aucun jalon en avance sur un fait."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import orjson
import pytest
from sqlalchemy import text

from noyau import Acteur
from outils.essais.banc import HorlogeConduite
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import Augmenter, Ports, augmenter, service
from outils.moteurs import Moteurs
from socle.bd.transaction import INTERNE
from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus, message_de, nouveau_consommateur, preparer_sujets
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais, RelaisArrete
from socle.execution.executeur import Executeur, Invocation
from socle.execution.idempotence import Reclamation, Reponse
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.identifiants import uuid7
from socle.injection_fautes import poser_piege

pytestmark = pytest.mark.integration

ECRIVAINS, ECRITURES = 8, 30


class HorlogeQuiMonte(HorlogeConduite):
    """Une horloge d'affaires qui suit le temps réel."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 -- l'essai veut une heure qui court


async def _ecrire(executeur: Executeur, organisme: str, hasard: Random) -> None:
    for _ in range(ECRITURES):
        cle = str(uuid7())
        invocation = Invocation(
            Acteur("essai"), Reclamation("essai", "augmenter", cle, bytes(32), organisme), "objet"
        )
        commande = Augmenter(organisme=organisme, code=f"c{hasard.randrange(4)}", de=1)
        await executeur.ecrire(invocation, INTERNE, Ports, augmenter, commande, lambda _: Reponse())
        if hasard.random() < 0.2:
            await asyncio.sleep(hasard.random() / 50)


async def test_rien_de_perdu_ni_de_jalon_en_avance(banc: MonterBanc, les_moteurs: Moteurs) -> None:
    b = await banc(service(), horloge=HorlogeQuiMonte())
    bus = ReglagesBus(adresses=les_moteurs.bootstrap, creer_sujets=les_moteurs.bus == "kafka")
    sujet = f"sbg.essai{uuid7().hex[-8:]}.v1"
    executeur = b.roles.executeur(b.moteur_interne)
    executeur = replace(executeur, deroulement=replace(executeur.deroulement, sujet=sujet))
    await preparer_sujets(bus, [sujet])
    arret = Arret()
    relais = [Relais(b.moteur_interne, bus, f"r{i}", Sante(), Mesures("temoin")) for i in (1, 2)]
    jalonneur = Jalonneur(b.moteur_interne, relais[0], sujet, b.horloge)
    jalonne = asyncio.create_task(_jalonner(jalonneur, arret))
    tournent = [asyncio.create_task(r.tourner(arret)) for r in relais]
    try:
        await asyncio.gather(*(_ecrire(executeur, f"ORG{i}", Random(i)) for i in range(ECRIVAINS)))
        async with asyncio.timeout(30):
            while await b.sortants():  # noqa: ASYNC110 -- on sonde la base
                await asyncio.sleep(0.05)
    finally:
        arret.demander()
        await asyncio.gather(jalonne, *tournent)
    messages = await _relire(bus, sujet)
    _verifier(messages)


async def _jalonner(jalonneur: Jalonneur, arret: Arret) -> None:
    with contextlib.suppress(RelaisArrete):
        while not arret.demande:
            await jalonneur.faire()
            await arret.attendre(0.02)


async def _relire(bus: ReglagesBus, sujet: str) -> list[Message]:
    lecteur = nouveau_consommateur(bus, [sujet], None)
    await lecteur.start()
    try:
        lus: list[Message] = []
        async with asyncio.timeout(30):
            while sum(m.type != "jalon" for m in lus) < ECRIVAINS * ECRITURES:
                lots = await lecteur.getmany(timeout_ms=500)
                lus += [message_de(r) for lot in lots.values() for r in lot]
        return lus
    finally:
        await lecteur.stop()


def _verifier(messages: list[Message]) -> None:
    """Chaque écriture une fois; séquences contiguës et ordonnées; aucun fait derrière son jalon."""
    sequences: dict[str, int] = {}
    jalons: dict[int, datetime] = {}
    nombre_jalons = 0
    for m in sorted(messages, key=lambda m: (m.partition, m.position)):
        if m.type == "jalon":
            jalons[m.partition] = datetime.fromisoformat(orjson.loads(m.charge)["jusqua"])
            nombre_jalons += 1
            continue
        assert m.sequence == sequences.get(m.cle, 0) + 1, "perte, double ou désordre"
        sequences[m.cle] = m.sequence
        recorde = datetime.fromisoformat(m.en_tetes["ce_recordedtime"])
        if m.partition in jalons:
            assert recorde >= jalons[m.partition], "un jalon a précédé un fait"
    assert sum(sequences.values()) == ECRIVAINS * ECRITURES
    assert nombre_jalons > 0


async def test_annule_ne_publie_rien(banc: MonterBanc) -> None:
    """Une écriture tombée juste avant son COMMIT ne laisse ni effet, ni fait, ni audit."""
    b = await banc(service())

    def tomber(nom: str) -> None:
        if nom == "avant_commit":
            raise RuntimeError("faute posée")

    poser_piege(tomber)
    try:
        client = b.client("demandeur", organisme="MTQ")
        reponse = await client.post("/v1/comptes/a/augmentation", json={"de": 1})
    finally:
        poser_piege(None)
    assert reponse.status_code == 500
    assert "faute" not in reponse.text
    async with b.interne() as cx:
        for table in ("comptes", "socle_outbox", "socle_audit", "socle_idempotence"):
            assert await cx.valeur(text(f"SELECT count(*) FROM {table}")) == 0
