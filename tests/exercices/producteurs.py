"""Les faits que reçoit un service, publiés sur le vrai bus comme le feraient ses producteurs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from noyau import sujet_de
from socle.bus.enveloppe import Enveloppe, en_tetes_binaires, en_tetes_de_jalon
from socle.bus.kafka import ReglagesBus, nouveau_producteur
from socle.identifiants import uuid7


@dataclass(slots=True)
class Producteurs:
    """Publie des faits et des jalons; tient le rang de chaque clé."""

    bus: ReglagesBus
    _sequences: dict[tuple[str, str], int] = field(default_factory=dict)

    async def publier(self, evenements: Iterable[Any], survenu_le: datetime) -> int:
        """Publie des faits; rend combien."""
        producteur = nouveau_producteur(self.bus, "exercice")
        await producteur.start()
        try:
            nombre = 0
            for evenement in evenements:
                await producteur.send(*self._message(evenement, survenu_le))
                nombre += 1
            await producteur.flush()
            return nombre
        finally:
            await producteur.stop()

    def _message(self, e: Any, survenu_le: datetime) -> tuple[Any, ...]:  # noqa: ANN401 -- un événement
        sujet = sujet_de(e.PRODUCTEUR)
        rang = self._sequences[sujet, e.cle] = self._sequences.get((sujet, e.cle), 0) + 1
        enveloppe = Enveloppe(
            id=uuid7(), type=e.TYPE, version=e.VERSION, survenu_le=survenu_le,
            enregistre_le=survenu_le, sequence=rang, sujet=sujet, cle=e.cle,
        )  # fmt: skip
        charge = e.model_dump_json().encode()
        return sujet, charge, e.cle.encode(), None, None, en_tetes_binaires(enveloppe, {})

    async def jalonner(self, jusqua: datetime, sujets: Iterable[str]) -> None:
        """Publie un jalon sur chaque partition de ces sujets."""
        producteur: AIOKafkaProducer = nouveau_producteur(self.bus, "exercice")
        await producteur.start()
        try:
            for sujet in sujets:
                partitions = sorted(await producteur.partitions_for(sujet))
                charge = orjson.dumps({"jusqua": jusqua, "partitions": len(partitions)})
                for partition in partitions:
                    en_tetes = en_tetes_de_jalon(sujet, partition, jusqua)
                    await producteur.send(sujet, charge, partition=partition, headers=en_tetes)
            await producteur.flush()
        finally:
            await producteur.stop()
