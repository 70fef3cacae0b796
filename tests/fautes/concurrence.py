"""Seize écrivains à la fois, transactions courtes et longues, relais et jalons en marche."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from outils.essais.banc import HorlogeConduite
from outils.essais.greffon import Modeles
from socle.exploitation.arret import Arret
from socle.exploitation.sante import Sante
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.pilote import BUS, MESURES, Pieces, RelaisMemoire
from tests.fautes.terrain import LENTEUR, Rafale, Terrain
from tests.fautes.verdicts import Verdict, juger_bus

ECRIVAINS = 16
SILENCE = 3.0
"""Secondes sans rien de neuf sur le bus après lesquelles un mutant est tenu pour fini."""


class HorlogeQuiCourt(HorlogeConduite):
    """L'heure du système, pour des jalons qui courent après les écritures."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 -- l'essai veut une heure qui court


@dataclass(frozen=True, slots=True)
class Course:
    """Ce qu'une course a donné."""

    verdict: Verdict
    evenements: int
    jalons: int
    secondes: float

    @property
    def taux_perdu(self) -> float:
        return self.verdict.perdus / self.evenements


async def courir(
    modeles: Modeles,
    *,
    ecritures: int,
    faits: int,
    pieces: Pieces | None = None,
    relais: int = 2,
    lenteur: float = 0.0,
) -> Course:
    """Fait écrire tous les écrivains, attend que le bus ait tout, et juge."""
    choisies, bus, debut = pieces or Pieces(), BusMemoire(), time.monotonic()
    async with Terrain.ouvrir(modeles, horloge=HorlogeQuiCourt(), reserve=24) as terrain:
        await terrain.proprietaire.execute(LENTEUR)
        arret = Arret()
        porteurs = [_porteur(choisies, terrain, bus, i, lenteur) for i in range(relais)]
        taches = [asyncio.create_task(porteur.tourner(arret)) for porteur in porteurs]
        taches.append(asyncio.create_task(_jalonner(terrain, porteurs[0], choisies, arret)))
        attendus: Counter[str] = Counter()
        await asyncio.gather(
            *(_ecrire(terrain, Random(i), ecritures, faits, attendus) for i in range(ECRIVAINS))
        )
        silence = 60.0 if pieces is None else SILENCE
        await _attendre_calme(terrain, bus, sum(attendus.values()), silence)
        arret.demander()
        await asyncio.gather(*taches)
        messages = bus.messages(terrain.service.sujet)
        verdict = juger_bus(attendus, messages)
        verdict.ruptures_audit += await terrain.audit_rompu()
    return Course(
        verdict,
        sum(attendus.values()),
        sum(m.type == "jalon" for m in messages),
        time.monotonic() - debut,
    )


def _porteur(
    pieces: Pieces, terrain: Terrain, bus: BusMemoire, numero: int, lenteur: float
) -> RelaisMemoire:
    nom, sante = f"r{numero}", Sante()
    return pieces.relais(terrain.interne, BUS, nom, sante, MESURES, journaux=bus, lenteur=lenteur)


async def _ecrire(
    terrain: Terrain, hasard: Random, ecritures: int, faits: int, attendus: Counter[str]
) -> None:
    for _ in range(ecritures):
        organisme, code = f"ORG{hasard.randrange(8)}", f"c{hasard.randrange(12)}"
        await terrain.ecrire(Rafale(organisme=organisme, code=code, des=[1] * faits))
        attendus[f"{organisme}-{code}"] += faits


async def _jalonner(terrain: Terrain, relais: RelaisMemoire, pieces: Pieces, arret: Arret) -> None:
    jalonneur = pieces.jalonneur(
        terrain.interne, relais, terrain.service.sujet, terrain.horloge, attente=1.0
    )
    while not arret.demande:
        await jalonneur.faire()
        await arret.attendre(0.05)


async def _attendre_calme(terrain: Terrain, bus: BusMemoire, attendus: int, silence: float) -> None:
    avant, depuis = -1, time.monotonic()
    while await terrain.compter("socle_outbox"):
        porte = sum(m.type != "jalon" for m in bus.messages(terrain.service.sujet))
        if porte != avant:
            avant, depuis = porte, time.monotonic()
        if porte >= attendus or time.monotonic() - depuis > silence:
            await asyncio.sleep(0.2)
            return
        await asyncio.sleep(0.1)
