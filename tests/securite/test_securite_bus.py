"""Qui peut quoi sur le bus : un vrai Kafka gardé comme celui de docker-compose.yml."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec  # type: ignore[attr-defined]
from confluent_kafka.cimpl import NewTopic
from pydantic import SecretStr

from demo.ports import SERVICES, service_de
from demo.systeme import Systeme
from outils.moteurs.kafka_garde import KafkaGarde, administration, kafka_garde
from socle.bus.kafka import (
    ReglagesBus,
    creer_sujets,
    nouveau_consommateur,
    nouveau_producteur,
    preparer_sujets,
)
from tests.securite.constat import constater
from tests.securite.vivant import systeme_vivant

pytestmark = [pytest.mark.e2e, pytest.mark.reel, pytest.mark.xdist_group("bus-garde")]

DERNIER = OffsetSpec.latest()  # type: ignore[no-untyped-call]
TOUS = sorted({sujet for nom in SERVICES for sujet in service_de(nom).sujets})


@pytest.fixture(scope="module")
def garde() -> Iterator[KafkaGarde]:
    with kafka_garde() as ouvert:
        asyncio.run(_creer(ouvert))
        yield ouvert


async def _creer(garde: KafkaGarde) -> None:
    """Ce que fait « migrer », sous l'identité de la migration."""
    for nom in SERVICES:
        await creer_sujets(_bus(garde, "migration"), service_de(nom).sujets)


def _bus(garde: KafkaGarde, usager: str, **autres: Any) -> ReglagesBus:
    return ReglagesBus(
        adresses=garde.bootstrap,
        protocole="SASL_PLAINTEXT",
        usager=usager,
        mot_de_passe=SecretStr(garde.secrets[usager]),
        **autres,
    )


def _permis(nom: str) -> set[str]:
    """Un service écrit son sujet et ses propres rebuts, rien d'autre."""
    service = service_de(nom)
    return {service.sujet} | {s for s in service.sujets if s.endswith(f".dlq.{nom}")}


async def _ecrits(bus: ReglagesBus, sujets: Sequence[str]) -> set[str]:
    """Ceux de ces sujets où cette identité a pu écrire."""
    producteur = nouveau_producteur(bus, "essai")
    permis: set[str] = set()
    try:
        await producteur.start()
        for sujet in sujets:
            with suppress(KafkaError):
                await asyncio.wait_for(producteur.send_and_wait(sujet, b"{}", key=b"essai"), 10)
                permis.add(sujet)
    except KafkaError:
        return permis  # nul droit d'écrire : le bus ne lui donne pas même de numéro
    finally:
        await producteur.stop()
    return permis


async def _lit(bus: ReglagesBus, sujet: str, groupe: str) -> bool:
    lecteur = nouveau_consommateur(bus, [sujet], groupe)
    try:
        await asyncio.wait_for(lecteur.start(), 20)
        await lecteur.getmany(timeout_ms=3_000)
    except KafkaError:
        return False
    finally:
        await lecteur.stop()
    return True


def _messages(garde: KafkaGarde, sujet: str) -> int:
    client = administration(garde)
    partitions = client.list_topics(sujet, timeout=10).topics[sujet].partitions
    fins = {TopicPartition(sujet, numero): DERNIER for numero in partitions}
    return sum(futur.result().offset for futur in client.list_offsets(fins).values())


def _cree(garde: KafkaGarde, usager: str, sujet: str) -> bool:
    client = administration(garde, usager)
    try:
        client.create_topics([NewTopic(sujet, 1, 1)])[sujet].result(timeout=15)
    except KafkaException:
        return False
    return True


async def test_chacun_n_ecrit_que_chez_lui_et_seule_la_migration_cree(garde: KafkaGarde) -> None:
    interdits, a_tort, refuses = 0, [], []

    def juger(fait: bool, permis: bool, quoi: str) -> None:
        nonlocal interdits
        interdits += not permis
        a_tort.extend([quoi] if fait and not permis else [])
        refuses.extend([quoi] if permis and not fait else [])

    for nom in SERVICES:
        ecrits = await _ecrits(_bus(garde, nom), TOUS)
        for sujet in TOUS:
            juger(sujet in ecrits, sujet in _permis(nom), f"{nom} écrit {sujet}")
        juger(_cree(garde, nom, f"sbg.{nom}.v2"), False, f"{nom} crée")
    juger(_cree(garde, "migration", "sbg.essai.v1"), True, "migration crée")
    juger(_cree(garde, "migration", "autre.essai.v1"), False, "migration crée hors du préfixe")
    ecrits = await _ecrits(_bus(garde, "migration"), ["sbg.demandes.v1"])
    juger(bool(ecrits), False, "migration écrit")
    lit = _bus(garde, "sla")
    juger(await _lit(lit, "sbg.demandes.v1", "sla"), True, "sla lit demandes")
    juger(await _lit(lit, "sbg.facturation.v1", "sla"), False, "sla lit facturation")
    juger(await _lit(lit, "sbg.demandes.v1", "facturation"), False, "sla prend un autre groupe")
    constater("bus gardé : écritures, lectures et créations interdites essayées", interdits)
    constater("bus gardé : permises à tort", len(a_tort))
    constater("bus gardé : refusées à tort", len(refuses))


async def test_qui_ne_s_annonce_pas_n_entre_pas(garde: KafkaGarde) -> None:
    faux = {
        "sans identité": ReglagesBus(adresses=garde.bootstrap),
        "mauvais secret": _bus(garde, "demandes").model_copy(
            update={"mot_de_passe": SecretStr("autre")}
        ),
        "inconnu": _bus(garde, "demandes").model_copy(update={"usager": "inconnu"}),
    }
    admis = []
    for quoi, bus in faux.items():
        try:
            await asyncio.wait_for(preparer_sujets(bus, ["sbg.demandes.v1"]), 8)
        except (KafkaError, TimeoutError):
            continue
        admis.append(quoi)
    constater("bus gardé : inconnus admis", len(admis))


@pytest.fixture
async def systeme(garde: KafkaGarde, tmp_path: Path) -> AsyncIterator[Systeme]:
    async with systeme_vivant(tmp_path, garde.reglages) as ouvert:
        yield ouvert


async def test_les_cinq_services_vivent_sous_leurs_seuls_droits(
    garde: KafkaGarde, systeme: Systeme
) -> None:
    """Tout sujet se lit et s'écrit où il le faut : chaque jalon arrive, un poison va aux rebuts."""
    await systeme.attendre_jalons(systeme.horloge())
    await systeme.vider()
    rebuts = [sujet for sujet in TOUS if sujet.startswith("sbg.demandes.v1.dlq.")]
    assert len(rebuts) == 4
    avant = {sujet: _messages(garde, sujet) for sujet in rebuts}
    producteur = nouveau_producteur(_bus(garde, "demandes"), "essai")
    await producteur.start()
    await producteur.send_and_wait("sbg.demandes.v1", b"{}", key=b"poison")
    await producteur.stop()
    await systeme.vider()
    assert {sujet: _messages(garde, sujet) - avant[sujet] for sujet in rebuts} == dict.fromkeys(
        rebuts, 1
    )
