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
PAGES = 500
"""Pages d'une table vidées d'un coup : quatre mégaoctets, bien en deçà des délais de la base."""
COMPTE_MAXIMAL = 1_000_000
"""Au-delà, on ne compte plus : ce serait lire toute la table pour le dire."""
_COMPTER = "SELECT count(*) FROM (SELECT FROM {} LIMIT $1) AS l"
_TAILLE = "SELECT pg_relation_size($1::text::regclass) / current_setting('block_size')::int"
_VIDER = "DELETE FROM {} WHERE ctid >= $1 AND ctid < $2"
_RECEPTION = ("socle_inbox", "socle_suivi", "socle_stationnement", "socle_rebuts")


@dataclass(frozen=True, slots=True)
class ARefaire:
    """Ce qu'un service refait : ses tables (les filles après leurs mères), de quels sujets."""

    groupe: str
    tables: Iterable[Table]
    copies: Iterable[Table]
    sujets: Sequence[str]

    @property
    def effacees(self) -> Sequence[str]:
        """Les tables à vider, les filles avant leurs mères, puis celles de la réception.

        Les jalons d'abord : dès qu'une copie n'est plus entière, plus rien ne la dit reçue.
        """
        copies = {table.name for table in self.copies}
        tables = (table.name for table in reversed(list(self.tables)))
        return ("socle_jalons", *(nom for nom in tables if nom in copies), *_RECEPTION)


async def compter(moteur: Moteur, a_refaire: ARefaire) -> Mapping[str, int]:
    """Combien de lignes chaque table à vider contient, jusqu'à `COMPTE_MAXIMAL`."""
    async with transaction(moteur, INTERNE) as connexion:
        pilote = connexion.pilote
        return {
            table: await pilote.fetchval(_COMPTER.format(table), COMPTE_MAXIMAL)
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
    for table in a_refaire.effacees:
        await vider(moteur, table)
    reception.publier = False
    lecteur = nouveau_consommateur(bus, a_refaire.sujets, None)
    await lecteur.start()
    try:
        fins = await _fins(lecteur, a_refaire.sujets)
        lus = await _relire(lecteur, reception, fins, console)
    finally:
        await lecteur.stop()
    await poser_positions(bus, a_refaire.groupe, fins)
    console.print(f"{a_refaire.groupe} : {lus} messages relus, modèles de lecture refaits.")
    return lus


async def vider(moteur: Moteur, table: str, pages: int = PAGES) -> None:
    """Vide une table, une plage de pages par transaction.

    Une seule instruction dépasserait les délais de la base; des lots pris au début reliraient à
    chaque fois tout ce qui est déjà mort.
    """
    page = 0
    while True:
        async with transaction(moteur, INTERNE) as connexion:
            if page >= await connexion.pilote.fetchval(_TAILLE, table):
                return
            await connexion.pilote.execute(_VIDER.format(table), (page, 0), (page + pages, 0))
        page += pages


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


async def poser_positions(
    reglages: ReglagesBus, groupe: str, positions: Mapping[TopicPartition, int]
) -> None:
    """Pose la position d'un groupe qui n'a aucun membre, partition par partition."""
    membre = nouveau_consommateur(reglages, (), groupe)
    await membre.start()
    try:
        membre.assign(list(positions))
        await membre.commit(positions)
    finally:
        await membre.stop()
