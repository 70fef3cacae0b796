"""La boucle du consommateur : lire, traiter, commettre la position, se surveiller.

Un objet consommateur bloqué ou en erreur ne se répare pas : on l'abandonne et on en ouvre un
neuf. La position n'avance qu'après le COMMIT de la base.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from socle.bus.enveloppe import TYPE_JALON, Message
from socle.bus.kafka import ReglagesBus, message_de, nouveau_consommateur
from socle.exploitation.arret import Arret, annulation_voulue
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.injection_fautes import point
from socle.reception.reception import Reception

LOT = 500
BLOCAGE = 10.0
"""Secondes sans progrès, malgré du retard, avant de jeter le consommateur."""
VERIFICATION = 2.0
PAUSE_PANNE = 0.5

journal = structlog.get_logger()


class _Reequilibrage(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka n'est pas typé
    """Rien à faire quand une partition change de mains : la boîte de réception tait les doubles."""

    async def on_partitions_revoked(self, _: object) -> None:
        point("reequilibrage")

    async def on_partitions_assigned(self, _: object) -> None:
        point("reequilibrage")


class Bloque(Exception):
    """Le consommateur a du retard et ne reçoit plus rien."""


@dataclass(slots=True)
class Consommateur:
    """La boucle de consommation d'un service : un groupe, un objet par processus."""

    reception: Reception
    bus: ReglagesBus
    sujets: Sequence[str]
    groupe: str
    sante: Sante
    mesures: Mesures
    _client: AIOKafkaConsumer | None = None
    _traites: dict[TopicPartition, int] = field(default_factory=dict)
    _progres: float = 0.0
    _verifie: float = 0.0

    async def tourner(self, arret: Arret) -> None:
        """Consomme jusqu'à l'arrêt; toute panne rouvre un consommateur neuf."""
        while not arret.demande:
            try:
                await self._session(arret)
            except (Exception, asyncio.CancelledError) as erreur:  # survit à tout, et le dit
                if annulation_voulue(erreur):
                    raise
                motif = str(erreur) if isinstance(erreur, Bloque) else type(erreur).__name__
                self.sante.signaler("consommateur", motif)
                repere = {"groupe": self.groupe, "sujets": list(self.sujets)}
                journal.warning("consommateur.panne", exc_info=erreur, raison=motif, **repere)
                await arret.attendre(PAUSE_PANNE)

    async def _session(self, arret: Arret) -> None:
        client = nouveau_consommateur(self.bus, self.sujets, self.groupe)
        client.subscribe(self.sujets, listener=_Reequilibrage())
        try:
            await asyncio.wait_for(client.start(), 20)
            self._client, self._traites = client, {}
            self._progres = self._verifie = time.monotonic()
            await self.reception.liberer()
            while not arret.demande:
                await self._tour(client)
                self.sante.battre("consommateur")
        finally:
            self._client = None
            await _fermer(client)

    async def _tour(self, client: AIOKafkaConsumer) -> None:
        combien = 2 * LOT if self.reception.libre else LOT
        lots = await client.getmany(timeout_ms=200, max_records=combien)
        if not lots:
            await self._verifier(client)
            return
        await self._traiter([message_de(r) for lot in lots.values() for r in lot])
        point("avant_position")
        positions = {partition: lot[-1].offset + 1 for partition, lot in lots.items()}
        self._traites.update(positions)
        self._progres = time.monotonic()
        try:
            await asyncio.wait_for(client.commit(positions), 10)
        except (CommitFailedError, IllegalStateError):
            # Partition reprise par un autre : il relira, la boîte de réception taira les doubles.
            cedees = {f"{place.topic}/{place.partition}": fin for place, fin in positions.items()}
            journal.info("consommateur.partition_cedee", groupe=self.groupe, positions=cedees)

    async def _traiter(self, messages: Sequence[Message]) -> None:
        """Traite ce qu'on vient de lire; au-delà d'un lot, deux moitiés des clés ensemble.

        L'une se calcule pendant que la base sert l'autre, comme chez deux membres du groupe. Un
        jalon dit reçu tout ce qui le précède : il passe après elles.
        """
        if len(messages) <= LOT:
            await self.reception.traiter(messages)
            return
        moities: tuple[list[Message], list[Message]] = ([], [])
        jalons: list[Message] = []
        for message in messages:
            est_jalon = message.type == TYPE_JALON
            cote = jalons if est_jalon else moities[crc32(message.cle.encode()) % 2]
            cote.append(message)
        finies = await asyncio.gather(*map(self.reception.traiter, moities), return_exceptions=True)
        for erreur in filter(None, finies):
            raise erreur
        await self.reception.traiter(jalons)

    async def _verifier(self, client: AIOKafkaConsumer) -> None:
        """Du retard sans progrès : le client est bloqué."""
        maintenant = time.monotonic()
        if maintenant - self._verifie < VERIFICATION:
            return
        self._verifie = maintenant
        if await self._retard(client) == 0:
            self._progres = maintenant
        elif maintenant - self._progres > BLOCAGE:
            raise Bloque(f"aucun progrès depuis {BLOCAGE:.0f} s malgré du retard")

    async def _retard(self, client: AIOKafkaConsumer) -> int:
        partitions = client.assignment()
        if not partitions:
            return 0
        fins = await asyncio.wait_for(client.end_offsets(partitions), 5)
        retard = 0
        for partition, fin in fins.items():
            fait = self._traites.get(partition, 0)
            if fait < fin:
                # La partition a pu aller chez un autre membre et revenir : sa position commise.
                fait = max(fait, await asyncio.wait_for(client.committed(partition), 5) or 0)
            retard += max(0, fin - fait)
        return retard

    async def actualiser(self) -> None:
        """Met à jour la jauge de retard à la lecture; sans partition, il est inconnu."""
        client = self._client
        connu = client is not None and client.assignment()
        self.mesures.retard.set(await self._retard(client) if connu else float("nan"))


async def _fermer(client: AIOKafkaConsumer) -> None:
    try:
        await asyncio.wait_for(client.stop(), 5)
    except (Exception, asyncio.CancelledError) as erreur:  # jeté : ce qu'il dit ne compte plus
        if annulation_voulue(erreur):
            raise
        journal.info("consommateur.jete", erreur=type(erreur).__name__)
