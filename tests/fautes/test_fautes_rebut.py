"""Un message traité ailleurs pendant qu'on l'écarte ici ne devient pas un rebut."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from noyau import Acte, Resultat
from outils.essais.greffon import Modeles
from outils.essais.temoin.service import Echo, Ports
from socle.exploitation.sante import Sante
from socle.reception import Ordre
from socle.reception.reception import Reception
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.pilote import BUS, MESURES, RelaisMemoire
from tests.fautes.terrain import Rafale, Terrain

pytestmark = pytest.mark.integration


async def test_traite_par_la_version_corrigee_puis_ecarte_par_l_ancienne(modeles: Modeles) -> None:
    """Déploiement en roulement : l'ancienne version échoue, la neuve réussit, rien ne se double."""
    bus, ailleurs = BusMemoire(), list[asyncio.Task[None]]()
    async with Terrain.ouvrir(modeles, ordre=Ordre.LIBRE) as terrain:
        ecoutes = terrain.service.ecoutes
        neuve = Reception(terrain.executeur, ecoutes, "temoin", MESURES)
        await terrain.ecrire(Rafale(organisme="ORG", code="a", des=[1]))
        await RelaisMemoire(terrain.interne, BUS, "r", Sante(), MESURES, journaux=bus).tour()
        messages = bus.messages(terrain.service.sujet)

        essais = 0

        async def ancienne(echos: Sequence[Echo], ports: Ports, acte: Acte) -> Resultat[None]:
            nonlocal essais
            essais += 1
            if essais == 4:  # le dernier : le lot, puis trois fois seul
                ailleurs.append(asyncio.create_task(neuve.traiter(messages)))
                await _quelqu_un_attend(terrain)
            raise ValueError("l'ancienne version ne sait pas")

        cassees = {
            classe: tuple(replace(ecoute, cas=ancienne) for ecoute in siennes)
            for classe, siennes in ecoutes.items()
        }
        await Reception(terrain.executeur, cassees, "temoin", MESURES).traiter(messages)
        await asyncio.gather(*ailleurs)
        assert len(await terrain.passages()) == 1
        assert await terrain.compter("socle_rebuts") == 0


async def _quelqu_un_attend(terrain: Terrain) -> None:
    """L'autre membre a réclamé le même message : il attend la fin de notre transaction."""
    for _ in range(150):
        if await terrain.proprietaire.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.01)
