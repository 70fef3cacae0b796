"""Des clients qui écrivent par HTTP, perdent des réponses, et réessaient avec la même clé."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import uuid4

import httpx

from tests.fautes.scene import Scene

CLES = 24


@dataclass(slots=True)
class Trafic:
    """Des clients sans fin; chaque écriture est réessayée jusqu'à sa réponse 2xx."""

    scene: Scene
    taux_de_perte: float = 0.0
    cadence: float = 0.0
    attendus: Counter[str] = field(default_factory=Counter)
    sommes: Counter[str] = field(default_factory=Counter)
    perdues: int = 0
    """Réponses perdues, jetées ou refusées (5xx), puis redemandées sous la même clé."""
    redemandees: int = 0
    """Écritures dont au moins une réponse s'est perdue."""
    differentes: int = 0
    """Réponses rendues à nouveau, mais autrement."""
    fini: asyncio.Event = field(default_factory=asyncio.Event)
    _taches: list["asyncio.Task[None]"] = field(default_factory=list)

    def demarrer(self, clients: int = 6) -> None:
        self._taches = [asyncio.create_task(self._client(numero)) for numero in range(clients)]

    async def arreter(self) -> None:
        """Chaque client finit son écriture en cours, puis s'arrête."""
        self.fini.set()
        await asyncio.gather(*self._taches)

    @property
    def ecritures(self) -> int:
        return self.attendus.total()

    async def _client(self, numero: int) -> None:
        hasard, organisme = Random(numero), f"ORG{numero % 4}"
        jeton = self.scene.emetteur.jeton(["demandeur"], organisme=organisme)
        en_tetes = {"Authorization": f"Bearer {jeton}"}
        async with httpx.AsyncClient(headers=en_tetes, timeout=8, trust_env=False) as client:
            while not self.fini.is_set():
                code, de = f"c{hasard.randrange(CLES // 4)}", hasard.randint(1, 12)
                cle = uuid4().hex
                await self._insister(client, hasard, code, de, cle)
                self.attendus[f"{organisme}-{code}"] += 1
                self.sommes[f"{organisme}-{code}"] += de
                await asyncio.sleep(self.cadence)

    async def _insister(
        self, client: httpx.AsyncClient, hasard: Random, code: str, de: int, cle: str
    ) -> None:
        jetee: bytes | None = None
        for essai in count():
            api = self.scene.vivants("api")
            if not api:
                await asyncio.sleep(0.1)
                continue
            adresse = f"http://127.0.0.1:{hasard.choice(api).port}/v1/comptes/{code}/augmentation"
            perdre = hasard.random() < self.taux_de_perte
            delai = hasard.uniform(0.001, 0.03) if perdre and hasard.random() < 0.5 else 8.0
            try:
                reponse = await client.post(
                    adresse, json={"de": de}, headers={"Idempotency-Key": cle}, timeout=delai
                )
            except httpx.TransportError:
                self.perdues += 1
                await asyncio.sleep(0.02)
                continue
            if reponse.status_code == 200:
                self.differentes += jetee not in {None, reponse.content}
                if not perdre:
                    self.redemandees += essai > 0
                    return
                jetee = reponse.content
                self.perdues += 1
                continue
            if reponse.status_code < 500 and reponse.status_code != 409:
                raise AssertionError(reponse.text)
            self.perdues += reponse.status_code >= 500
            await asyncio.sleep(0.05)
