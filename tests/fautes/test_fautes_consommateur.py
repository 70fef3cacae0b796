"""La boucle du consommateur : le retard d'une partition qui a changé de mains et en revient."""

from random import Random
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from outils.essais.greffon import Modeles
from socle.exploitation.sante import Sante
from socle.reception.consommateur import Consommateur
from socle.reception.reception import Reception
from tests.fautes.bus_memoire import BusMemoire, ConsommateurMemoire
from tests.fautes.pilote import BUS, MESURES
from tests.fautes.terrain import Terrain

pytestmark = pytest.mark.integration


async def test_partition_revenue_sans_retard_imaginaire(modeles: Modeles) -> None:
    """Un autre membre a tout traité entre-temps : ni retard à dire, ni blocage à craindre."""
    bus, place = BusMemoire(partitions=1), TopicPartition("sbg.temoin.v1", 0)
    async with Terrain.ouvrir(modeles) as terrain:
        reception = Reception(terrain.executeur, terrain.service.ecoutes, "temoin", MESURES)
        boucle = Consommateur(reception, BUS, ["sbg.temoin.v1"], "temoin", Sante(), MESURES)
        membre = cast("Any", ConsommateurMemoire(bus, "sbg.temoin.v1", Random(1)))
        for _ in range(2):
            bus.ajouter(place.topic, 0, b"k", b"{}", [("ce_type", b"autre")])
        while bus.retard(place.topic):
            await boucle._tour(membre)
        for _ in range(3):
            bus.ajouter(place.topic, 0, b"k", b"{}", [("ce_type", b"autre")])
        bus.commises[place] = 5  # la partition est allée chez un autre, puis revenue
        assert await boucle._retard(membre) == 0
