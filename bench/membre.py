"""Un membre du groupe de sla, dans son processus : `python -m bench.membre sujet groupe membres`.

Il dit « prêt » quand il tient sa part des partitions, part au premier mot reçu, s'arrête au second,
et imprime ses instants de début et de fin, et les secondes de processeur qu'il a prises entre eux.
"""

import asyncio
import gc
import json
import logging
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from aiokafka import AIOKafkaConsumer

from sla.main import service
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception.consommateur import Consommateur
from socle.reception.reception import Reception
from socle.roles import Roles

PRODUCTEUR = "sbg.demandes.v1"


class Chronometree(Reception):
    """La réception du produit, qui dit quand le premier lot est arrivé et le dernier commis.

    Chaque essai a son sujet sur le bus; le produit n'en croit qu'un, celui du producteur.
    """

    debut = fin = depart = processeur = 0.0

    async def traiter(self, messages: Sequence[Message]) -> None:
        if not self.debut:
            self.debut, self.depart = time.perf_counter(), time.process_time()
        await super().traiter([_du_producteur(m) for m in messages])
        self.fin, self.processeur = time.perf_counter(), time.process_time() - self.depart


def _du_producteur(m: Message) -> Message:
    return Message(PRODUCTEUR, m.partition, m.position, m.cle, m.en_tetes, m.charge)


@dataclass(slots=True)
class _Membre(Consommateur):
    """Attend d'avoir sa part, puis le signal."""

    part: int = 0
    parti: asyncio.Event = field(default_factory=asyncio.Event)

    async def _tour(self, client: AIOKafkaConsumer) -> None:
        if self.parti.is_set():
            await Consommateur._tour(self, client)
        elif len(client.assignment()) != self.part:
            await asyncio.sleep(0.02)
        else:
            print("prêt", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            self.parti.set()


async def tenir(sujet: str, groupe: str, membres: int) -> None:
    """Consomme jusqu'au mot d'arrêt, et imprime ce que cela a pris."""
    sla, mesures, arret = service(), Mesures("sla"), Arret()
    bus = ReglagesBus.model_validate_json(os.environ["SBG_BENCH_BUS"])
    moteur = ouvrir_moteur(os.environ["SBG_BENCH_DSN"], DelaisBase())
    executeur = Roles(sla, sla.reglages()).executeur(moteur)
    reception = Chronometree(executeur, sla.ecoutes, "sla", mesures)
    membre = _Membre(
        reception, bus, [sujet], groupe, Sante(), mesures, part=bus.partitions // membres
    )
    tache = asyncio.create_task(membre.tourner(arret))
    await membre.parti.wait()
    await asyncio.to_thread(sys.stdin.readline)
    arret.demander()
    await tache
    await moteur.fermer()

    print(json.dumps([reception.debut, reception.fin, reception.processeur]), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    # Comme le lanceur prépare les rôles.
    gc.collect()
    gc.freeze()
    asyncio.run(tenir(sys.argv[1], sys.argv[2], int(sys.argv[3])))
