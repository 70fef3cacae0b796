"""Les séquences strictes, reçues dans un désordre quelconque, contre un modèle de ce qui suit."""

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass
from random import Random

from outils.essais.greffon import Modeles
from socle.bus.enveloppe import Message
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception.reception import Reception
from socle.surveillance.jauges import jauges_de_base
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.pilote import BUS, RelaisMemoire
from tests.fautes.terrain import Rafale, Terrain

CLES, FAITS = 3, 6
DUREE = 0.2
"""Secondes pendant lesquelles un trou dure, avant que les mesures ne soient lues."""


@dataclass(slots=True)
class Trous:
    """Ce que les séquences trouées ont montré."""

    gardes: int = 0
    ecarts: int = 0
    tus: int = 0
    restes: int = 0


async def eprouver(modeles: Modeles, tirages: int, reception: type[Reception] = Reception) -> Trous:
    """Reçoit des séquences dans un ordre tiré au sort, un message à la fois."""
    vue = Trous()
    for graine in range(tirages):
        async with Terrain.ouvrir(modeles) as terrain:
            await _un_tirage(terrain, Random(graine), reception, vue)
    return vue


async def _un_tirage(
    terrain: Terrain, hasard: Random, reception: type[Reception], vue: Trous
) -> None:
    mesures = Mesures("temoin")
    mesures.actualisations.append(jauges_de_base(terrain.interne, mesures))
    recepteur = reception(terrain.executeur, terrain.service.ecoutes, "temoin", mesures)
    messages = await _messages(terrain)
    hasard.shuffle(messages)
    recus: dict[str, set[int]] = defaultdict(set)
    for rang, message in enumerate(messages):
        await recepteur.traiter([message])
        recus[message.cle].add(message.sequence)
        attendus = {cle: _contigus(numeros) for cle, numeros in recus.items()}
        stationnes = sum(len(recus[cle]) - len(debut) for cle, debut in attendus.items())
        faits: dict[str, list[int]] = defaultdict(list)
        for passage in await terrain.passages():
            faits[passage.cle].append(passage.sequence)
        vue.ecarts += any(faits[cle] != debut for cle, debut in attendus.items())
        vue.ecarts += await terrain.compter("socle_stationnement") != stationnes
        vue.gardes += stationnes
        if rang == len(messages) // 2 and stationnes:
            vue.tus += await _tu(mesures, stationnes)
    vue.restes += await terrain.compter("socle_stationnement")
    vue.restes += CLES * FAITS - len(await terrain.passages())


async def _messages(terrain: Terrain) -> list[Message]:
    for numero in range(CLES):
        await terrain.ecrire(Rafale(organisme="ORG", code=f"c{numero}", des=[1] * FAITS))
    bus = BusMemoire()
    porteur = RelaisMemoire(terrain.interne, BUS, "r", Sante(), Mesures("temoin"), journaux=bus)
    await porteur.tour()
    return bus.messages(terrain.service.sujet)


def _contigus(numeros: set[int]) -> list[int]:
    """Le plus long début sans trou."""
    fin = next(n for n in range(1, FAITS + 2) if n not in numeros)
    return list(range(1, fin))


async def _tu(mesures: Mesures, stationnes: int) -> bool:
    """Vrai si les mesures ne disent pas combien attendent, ni depuis quand."""
    avant = await _lire(mesures)
    await asyncio.sleep(DUREE)
    apres = await _lire(mesures)
    return (
        apres["lignes"] != stationnes or apres["age_secondes"] < avant["age_secondes"] + DUREE / 2
    )


async def _lire(mesures: Mesures) -> dict[str, float]:
    texte = (await mesures.exposer()).decode()
    trouves = re.findall(r"^sbg_stationnement_(\w+)\{.*\} (\S+)$", texte, re.MULTILINE)
    return {nom: float(valeur) for nom, valeur in trouves}
