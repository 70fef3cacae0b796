"""Une annulation échappée d'aiokafka ne termine pas une boucle; la nôtre, si."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import pytest

from socle.envoi.relais import Relais
from socle.envoi.relais import _fermer as fermer_producteur
from socle.exploitation.arret import Arret
from socle.exploitation.sante import Sante
from socle.reception.consommateur import Consommateur
from socle.reception.consommateur import _fermer as fermer_consommateur
from tests.fautes.pilote import BUS, MESURES


class ClientQuiSAnnule:
    async def stop(self) -> None:
        raise asyncio.CancelledError


@dataclass(slots=True)
class BoucleAnnulee(Consommateur):
    sessions: int = 0

    async def _session(self, arret: Arret) -> None:
        self.sessions += 1
        if self.sessions == 2:
            arret.demander()
            return
        raise asyncio.CancelledError


@dataclass(slots=True)
class RelaisAnnule(Relais):
    tours: int = 0

    async def tour(self) -> int:
        self.tours += 1
        if self.tours == 1:
            raise asyncio.CancelledError
        return 0


async def test_fermer_supporte_une_annulation_echappee() -> None:
    await fermer_consommateur(cast("Any", ClientQuiSAnnule()))
    await fermer_producteur(cast("Any", ClientQuiSAnnule()))


async def test_les_boucles_survivent_a_une_annulation_echappee() -> None:
    boucle = BoucleAnnulee(cast("Any", None), BUS, [], "g", Sante(), MESURES)
    await boucle.tourner(Arret())
    assert boucle.sessions == 2
    arret = Arret()
    relais = RelaisAnnule(cast("Any", None), BUS, "r", Sante(), MESURES)
    tache = asyncio.create_task(relais.tourner(arret))
    async with asyncio.timeout(30):
        while relais.tours < 2:  # noqa: ASYNC110 -- on sonde
            await asyncio.sleep(0.05)
    arret.demander()
    await tache


async def test_notre_annulation_termine_la_boucle() -> None:
    relais = RelaisAnnule(cast("Any", None), BUS, "r", Sante(), MESURES, tours=1)
    tache = asyncio.create_task(relais.tourner(Arret()))
    await asyncio.sleep(0.1)
    tache.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tache
