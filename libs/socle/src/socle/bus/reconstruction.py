"""Refaire les modèles de lecture d'un service depuis les sujets du bus, qui gardent l'histoire."""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from socle.bd.executeur import transaction
from socle.bd.moteur import brute
from socle.bd.portee import INTERNE
from socle.bus.kafka import ReglagesBus, message_de, nouveau_consommateur
from socle.bus.reception import Reception
from socle.service import Service

LOT = 500
_RECEPTION = ("socle_inbox", "socle_suivi", "socle_stationnement", "socle_rebuts", "socle_jalons")


async def reconstruire(
    moteur: AsyncEngine,
    service: Service[Any],
    reception: Reception[Any],
    bus: ReglagesBus,
    console: Console,
) -> int:
    """Vide les modèles de lecture et les refait; rend le nombre de messages relus.

    Le consommateur du service doit être arrêté. Rien n'est publié. Interrompue, la commande se
    relance sans dommage : elle repart de zéro, et la position du groupe n'avance qu'à la fin.
    """
    async with transaction(moteur, INTERNE) as connexion:
        pilote = brute(connexion)
        tables = [table.name for table in reversed(service.tables.sorted_tables)]
        modeles = {table.name for table in service.modeles_de_lecture}
        for table in (*(t for t in tables if t in modeles), *_RECEPTION):
            await pilote.execute(f"DELETE FROM {table}")  # noqa: S608 -- noms déclarés par le service
    reception.publier = False
    lecteur = nouveau_consommateur(bus, service.sujets_lus, None)
    await lecteur.start()
    try:
        fins = await _fins(lecteur, service)
        lus = await _relire(lecteur, reception, fins, console)
    finally:
        await lecteur.stop()
    await _poser_positions(bus, service, fins)
    console.print(f"{service.nom} : {lus} messages relus, modèles de lecture refaits.")
    return lus


async def _fins(lecteur: AIOKafkaConsumer, service: Service[Any]) -> dict[TopicPartition, int]:
    partitions = [
        TopicPartition(sujet, numero)
        for sujet in service.sujets_lus
        for numero in lecteur.partitions_for_topic(sujet) or ()
    ]
    lecteur.unsubscribe()
    lecteur.assign(partitions)
    await lecteur.seek_to_beginning(*partitions)
    fins: dict[TopicPartition, int] = await lecteur.end_offsets(partitions)
    return fins


async def _relire(
    lecteur: AIOKafkaConsumer,
    reception: Reception[Any],
    fins: dict[TopicPartition, int],
    console: Console,
) -> int:
    total, lus = sum(fins.values()), 0
    restantes = {partition for partition, fin in fins.items() if fin > 0}
    while restantes:
        lots = await lecteur.getmany(timeout_ms=500, max_records=LOT)
        messages = [message_de(r) for lot in lots.values() for r in lot]
        await reception.traiter(messages)
        lus += len(messages)
        for partition in list(restantes):
            if await lecteur.position(partition) >= fins[partition]:
                restantes.discard(partition)
        console.print(f"  {lus} messages relus sur {total}")
    return lus


async def _poser_positions(
    bus: ReglagesBus, service: Service[Any], fins: dict[TopicPartition, int]
) -> None:
    groupe = nouveau_consommateur(bus, (), service.nom)
    await groupe.start()
    try:
        groupe.assign(list(fins))
        await groupe.commit(fins)
    finally:
        await groupe.stop()
