"""Du COMMIT dans demandes à la mesure lisible dans sla, à 200 événements par seconde.

Les quinze rôles ont chacun leur processus, réglés comme en production.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from uuid import UUID, uuid4

import asyncpg
import httpx

from bench.quinze import Quinze
from bench.resultats import But, Resultats
from bench.scene import Scene

CADENCES = (50, 200)
SECONDES = 3.0
SIMULTANEES = 8
"""Écritures en cours au plus : au-delà, c'est la cadence qui cède, et elle se dit."""
SONDE = 0.005
PATIENCE = 20.0
CORPS = {
    "sorte": "amenagement_utilisateur",
    "utilisateur_id": "u-1",
    "site": "QC-1",
    "soumettre": True,
}
_VUES = "SELECT id FROM sujets WHERE id = ANY($1::text[])"


@dataclass(slots=True)
class Vague:
    """Des créations à cadence fixe, et quand chacune se voit dans sla."""

    quinze: Quinze
    jeton: str
    sonde: asyncpg.Connection
    cadence: int
    commises: dict[UUID, float] = field(default_factory=dict)
    attendues: set[UUID] = field(default_factory=set)
    latences: list[float] = field(default_factory=list)
    emises: bool = False
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIMULTANEES))

    async def jouer(self) -> float:
        """Joue la vague; rend le débit réellement tenu, en événements par seconde."""
        guet = asyncio.create_task(self._guetter())
        debut = time.perf_counter()
        async with asyncio.TaskGroup() as groupe:
            for rang in range(int(self.cadence * SECONDES)):
                await asyncio.sleep(max(0.0, debut + rang / self.cadence - time.perf_counter()))
                await self._places.acquire()
                groupe.create_task(self._creer())
        duree = time.perf_counter() - debut
        self.emises = True
        await asyncio.wait_for(guet, PATIENCE)
        return len(self.latences) / duree

    async def _creer(self) -> None:
        cle = uuid4().hex
        # Une base débordée refuse (503) : le même appel se répète, sous la même clé.
        while (reponse := await self._poster(cle)).status_code == 503:  # noqa: ASYNC110 -- on réessaie
            await asyncio.sleep(SONDE)
        reponse.raise_for_status()
        self._places.release()
        demande = UUID(reponse.json()["id"])
        self.commises[demande] = time.perf_counter()
        self.attendues.add(demande)

    async def _poster(self, cle: str) -> httpx.Response:
        return await self.quinze.client.post(
            f"{self.quinze.adresse('demandes')}/v1/demandes",
            json=CORPS,
            headers=self.quinze.en_tetes(self.jeton, cle),
        )

    async def _guetter(self) -> None:
        """La sonde lit la table que lit l'API de sla, toutes les cinq millisecondes."""
        while self.attendues or not self.emises:
            vues = await self.sonde.fetch(_VUES, list(map(str, self.attendues)))
            instant = time.perf_counter()
            for ligne in vues:
                demande = UUID(ligne["id"])
                self.attendues.discard(demande)
                self.latences.append(1e3 * (instant - self.commises[demande]))
            await asyncio.sleep(SONDE)


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Le 99e centile de chaque vague; la médiane des vagues. La première chauffe et se jette."""
    async with Quinze.preparer(scene) as quinze, quinze.lances():
        jeton = await quinze.inscrire()
        sonde = await asyncpg.connect(quinze.acces["sla"]["interne"])
        try:
            for cadence in CADENCES:
                vagues = [Vague(quinze, jeton, sonde, cadence) for _ in range(tours + 1)]
                debits = [await vague.jouer() for vague in vagues][1:]
                _conclure(resultats, vagues[1:], debits, cadence)
        finally:
            await sonde.close()


def _conclure(
    resultats: Resultats, vagues: Sequence[Vague], debits: Sequence[float], cadence: int
) -> None:
    centiles = [quantiles(vague.latences, n=100) for vague in vagues]
    nom = f"commit → effet, {cadence} événements/s voulus"
    resultats.seul(f"{nom}, p99", "ms", [c[98] for c in centiles], But("≤", 150))
    resultats.seul(f"{nom}, médiane", "ms", [c[49] for c in centiles], But("≤", 150))
    resultats.seul(f"{nom}, cadence tenue", "événements/s", debits, But("≥", 0.95 * cadence))
