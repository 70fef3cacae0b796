"""Un bus en mémoire qui imite Kafka : partitions, positions par groupe, doubles, accusés perdus.

Il se branche là où le produit tient un producteur ou un consommateur d'aiokafka. Tout son hasard
vient de la graine du programme : même graine, même trace.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from zlib import crc32

from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError, UnknownTopicOrPartitionError
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from socle.bus.enveloppe import Message
from socle.bus.kafka import TAILLE_REQUETE


class Panne(OSError):
    """Le bus n'a pas répondu."""


class Envoi(Enum):
    """Ce qu'il advient d'un envoi."""

    ACCUSE = "accuse"
    DOUBLE = "double"
    ACCUSE_PERDU = "accuse perdu"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """Un enregistrement, sous les noms d'aiokafka."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]]

    @property
    def message(self) -> Message:
        """Le message que le produit en tire."""
        en_tetes = {nom: valeur.decode() for nom, valeur in self.headers}
        cle = (self.key or b"").decode()
        return Message(self.topic, self.partition, self.offset, cle, en_tetes, self.value)


@dataclass(slots=True)
class BusMemoire:
    """Les journaux des partitions et les positions commises des groupes."""

    partitions: int = 6
    journaux: dict[TopicPartition, list[Enregistrement]] = field(default_factory=dict)
    commises: dict[TopicPartition, int] = field(default_factory=dict)
    plafond: int = TAILLE_REQUETE
    """Octets d'un message que le bus admet; le producteur, lui, s'arrête à `TAILLE_REQUETE`."""

    absents: set[str] = field(default_factory=set)
    """Les sujets que le bus ne montre pas."""
    en_panne: bool = False
    """Tout envoi échoue, sans reproche à la ligne."""

    def ajouter(
        self,
        sujet: str,
        partition: int,
        cle: bytes | None,
        charge: bytes,
        en_tetes: Sequence[tuple[str, bytes]],
    ) -> None:
        """Met un enregistrement au bout d'une partition."""
        journal = self.journaux.setdefault(TopicPartition(sujet, partition), [])
        journal.append(Enregistrement(sujet, partition, len(journal), cle, charge, tuple(en_tetes)))

    def messages(self, sujet: str) -> list[Message]:
        """Tout ce qu'un sujet porte, partition par partition."""
        return [
            e.message
            for place, journal in sorted(self.journaux.items())
            if place.topic == sujet
            for e in journal
        ]

    def retard(self, sujet: str) -> int:
        """Ce que le groupe n'a pas encore commis."""
        return sum(
            len(journal) - self.commises.get(place, 0)
            for place, journal in self.journaux.items()
            if place.topic == sujet
        )


@dataclass(slots=True)
class ProducteurMemoire:
    """Un producteur : ce qui échoue bloque le reste de sa partition, comme l'idempotence."""

    bus: BusMemoire
    hasard: Random | None = None
    """Celui des envois; absent : tout est accusé."""
    taux: float = 0.0
    lenteur: float = 0.0
    _rompues: set[int] = field(default_factory=set)
    _trop_gros: set[int] = field(default_factory=set)
    """Les partitions dont le paquet porte un message trop gros : le bus le refuse en entier."""

    async def send(
        self,
        sujet: str,
        *,
        key: bytes | None = None,
        value: bytes,
        headers: Sequence[tuple[str, bytes]],
        partition: int | None = None,
    ) -> "asyncio.Future[None]":
        """Envoie; l'accusé (ou l'échec) est dans le futur rendu."""
        if self.lenteur:
            await asyncio.sleep(self.lenteur)
        if sujet in self.bus.absents:
            raise UnknownTopicOrPartitionError
        taille = DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, list(headers))
        if taille > TAILLE_REQUETE:
            raise MessageSizeTooLargeError
        place = crc32(key or b"") % self.bus.partitions if partition is None else partition
        futur: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.bus.en_panne:
            futur.set_exception(Panne("bus arrêté"))
            return futur
        if taille > self.bus.plafond:
            self._trop_gros.add(place)
        if place in self._trop_gros:
            futur.set_exception(MessageSizeTooLargeError())
            return futur
        sorte = self._tirer(place)
        if sorte is not Envoi.REFUSE:
            self.bus.ajouter(sujet, place, key, value, headers)
        if sorte is Envoi.DOUBLE:
            self.bus.ajouter(sujet, place, key, value, headers)
        if sorte in {Envoi.ACCUSE, Envoi.DOUBLE}:
            futur.set_result(None)
        else:
            futur.set_exception(Panne(sorte.value))
        return futur

    def _tirer(self, partition: int) -> Envoi:
        if partition in self._rompues:
            return Envoi.REFUSE
        if self.hasard is None or self.hasard.random() >= self.taux:
            return Envoi.ACCUSE
        sorte = self.hasard.choice((Envoi.DOUBLE, Envoi.ACCUSE_PERDU, Envoi.REFUSE))
        if sorte is not Envoi.DOUBLE:
            self._rompues.add(partition)
        return sorte

    async def partitions_for(self, _: str) -> set[int]:
        return set(range(self.bus.partitions))

    async def stop(self) -> None:
        """Rien à fermer."""


@dataclass(slots=True)
class ConsommateurMemoire:
    """Un membre du groupe; après un rééquilibrage, deux membres peuvent lire la même partition."""

    bus: BusMemoire
    sujet: str
    hasard: Random
    desordre: bool = False
    positions: dict[TopicPartition, int] = field(default_factory=dict)

    def reprendre(self) -> None:
        """Repart des positions commises : ce que fait un membre neuf ou rééquilibré."""
        self.positions = dict(self.bus.commises)

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> Mapping[TopicPartition, list[Enregistrement]]:
        """Des lots de quelques partitions, dans un ordre de partitions quelconque."""
        places = sorted(p for p in self.bus.journaux if p.topic == self.sujet)
        self.hasard.shuffle(places)
        lots: dict[TopicPartition, list[Enregistrement]] = {}
        for place in places[: self.hasard.randint(1, self.bus.partitions)]:
            debut = self.positions.get(place, 0)
            lot = self.bus.journaux[place][debut : debut + self.hasard.randint(1, 12)]
            if lot:
                self.positions[place] = debut + len(lot)
                lots[place] = self._melanger(lot)
        return lots

    def _melanger(self, lot: list[Enregistrement]) -> list[Enregistrement]:
        if not self.desordre:
            return lot
        debut, fin = lot[:-1], lot[-1:]  # la dernière position reste celle que l'on commettra
        self.hasard.shuffle(debut)
        return debut + fin

    async def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        self.bus.commises.update(positions)

    def assignment(self) -> set[TopicPartition]:
        return {p for p in self.bus.journaux if p.topic == self.sujet}

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: len(self.bus.journaux[place]) for place in places}

    async def committed(self, place: TopicPartition) -> int:
        return self.bus.commises.get(place, 0)
