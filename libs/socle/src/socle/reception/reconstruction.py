"""Refaire les modèles de lecture d'un service depuis les sujets du bus, qui gardent l'histoire."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console
from sqlalchemy import Table

from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.kafka import ReglagesBus, message_de, nouveau_consommateur
from socle.reception.reception import Reception

LOT = 500
_RECEPTION = ("socle_inbox", "socle_suivi", "socle_stationnement", "socle_rebuts", "socle_jalons")


@dataclass(frozen=True, slots=True)
class ARefaire:
    """Ce qu'un service refait : ses tables (les filles après leurs mères), de quels sujets."""

    groupe: str
    tables: Iterable[Table]
    copies: Iterable[Table]
    sujets: Sequence[str]

    @property
    def effacees(self) -> Sequence[str]:
        """Les tables à vider, les filles avant leurs mères, puis celles de la réception."""
        copies = {table.name for table in self.copies}
        tables = (table.name for table in reversed(list(self.tables)))
        return (*(nom for nom in tables if nom in copies), *_RECEPTION)


async def compter(moteur: Moteur, a_refaire: ARefaire) -> Mapping[str, int]:
    """Combien de lignes chaque table à vider contient."""
    async with transaction(moteur, INTERNE) as connexion:
        pilote = connexion.pilote
        return {
            table: await pilote.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 -- noms déclarés par le service
            for table in a_refaire.effacees
        }


async def reconstruire(
    moteur: Moteur,
    a_refaire: ARefaire,
    reception: Reception,
    bus: ReglagesBus,
    console: Console,
) -> int:
    """Vide les modèles de lecture et les refait; rend le nombre de messages relus.

    Le consommateur du service doit être arrêté (`socle.bus.kafka.membres`). Rien n'est publié.
    Interrompue, la commande se relance sans dommage : elle repart de zéro, et la position du groupe
    n'avance qu'à la fin.
    """
    async with transaction(moteur, INTERNE) as connexion:
        pilote = connexion.pilote
        for table in a_refaire.effacees:
            await pilote.execute(f"DELETE FROM {table}")  # noqa: S608 -- noms déclarés par le service
    reception.publier = False
    lecteur = nouveau_consommateur(bus, a_refaire.sujets, None)
    await lecteur.start()
    try:
        fins = await _fins(lecteur, a_refaire.sujets)
        lus = await _relire(lecteur, reception, fins, console)
    finally:
        await lecteur.stop()
    await _poser_positions(bus, a_refaire.groupe, fins)
    console.print(f"{a_refaire.groupe} : {lus} messages relus, modèles de lecture refaits.")
    return lus


async def _fins(lecteur: AIOKafkaConsumer, sujets: Sequence[str]) -> dict[TopicPartition, int]:
    partitions = [
        TopicPartition(sujet, numero)
        for sujet in sujets
        for numero in lecteur.partitions_for_topic(sujet) or ()
    ]
    lecteur.unsubscribe()
    lecteur.assign(partitions)
    await lecteur.seek_to_beginning(*partitions)
    fins: dict[TopicPartition, int] = await lecteur.end_offsets(partitions)
    return fins


async def _relire(
    lecteur: AIOKafkaConsumer,
    reception: Reception,
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
        restantes = {p for p in restantes if await lecteur.position(p) < fins[p]}
        console.print(f"  {lus} messages relus sur {total}")
    return lus


async def _poser_positions(
    bus: ReglagesBus, groupe_lu: str, fins: dict[TopicPartition, int]
) -> None:
    groupe = nouveau_consommateur(bus, (), groupe_lu)
    await groupe.start()
    try:
        groupe.assign(list(fins))
        await groupe.commit(fins)
    finally:
        await groupe.stop()
