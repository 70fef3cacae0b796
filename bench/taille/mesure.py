"""Ce que répond une liste par HTTP, contre la même transaction par asyncpg nu, tour à tour."""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Final, Self

import asyncpg

from bench.charge import requete
from bench.taille.releve import Appel

PAR_TOUR: Final = 20
PATIENCE_S: Final = 0.25
"""Ce qu'une mesure prend au plus dans un tour, si une seule n'en prend pas davantage."""


@dataclass(slots=True)
class Durees:
    """Les durées d'une demande, en millisecondes."""

    premiere: list[float] = field(default_factory=list)
    neuf_dixiemes: list[float] = field(default_factory=list)
    nue: list[float] = field(default_factory=list)
    refus: set[int] = field(default_factory=set)
    """Les statuts autres que 200 : 503, si l'instruction a dépassé son délai."""

    @property
    def p95(self) -> float:
        """Le 95e centile de la première page."""
        return sorted(self.premiere)[int(len(self.premiere) * 0.95)]

    @property
    def profondeur(self) -> float | None:
        """La page aux neuf dixièmes sur la première; rien s'il n'y en a qu'une."""
        if not self.neuf_dixiemes:
            return None
        return median(self.neuf_dixiemes) / median(self.premiere)

    @property
    def de_la_nue(self) -> float:
        """Ce que la réponse garde de la vitesse de la requête nue."""
        return median(self.nue) / median(self.premiere)


class Client:
    """Une connexion HTTP tenue, une requête à la fois."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._entree, self._sortie = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sortie.close()
        await self._sortie.wait_closed()

    async def duree(self, brute: bytes) -> tuple[float, int]:
        """Les millisecondes d'un aller-retour, et son statut."""
        debut = time.perf_counter()
        self._sortie.write(brute)
        tete = await self._entree.readuntil(b"\r\n\r\n")
        longueur = tete.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await self._entree.readexactly(int(longueur))
        return (time.perf_counter() - debut) * 1000, int(tete[9:12])


async def duree_nue(cx: asyncpg.Connection, appel: Appel) -> float:
    """Les millisecondes de la même transaction : portée, instructions, COMMIT."""
    debut = time.perf_counter()
    await cx.execute(appel.debut)
    for enonce in appel.enonces:
        await cx.fetch(enonce.sql, *enonce.valeurs)
    await cx.execute("COMMIT")
    return (time.perf_counter() - debut) * 1000


async def un_tour(
    client: Client,
    cx: asyncpg.Connection,
    durees: Durees,
    appel: Appel,
    profonde: Appel | None,
    jeton: str,
) -> None:
    """Un tour d'une demande : la première page, la page profonde, la nue, entrelacées."""
    en_tetes = {"Authorization": f"Bearer {jeton}"}
    premiere = requete("GET", appel.adresse, en_tetes)
    autre = None if profonde is None else requete("GET", profonde.adresse, en_tetes)
    chauffe, _ = await client.duree(premiere)
    for _ in range(max(1, min(PAR_TOUR, int(PATIENCE_S * 1000 / chauffe)))):
        await _noter(client, premiere, durees.premiere, durees)
        if autre is not None:
            await _noter(client, autre, durees.neuf_dixiemes, durees)
        durees.nue.append(await duree_nue(cx, appel))


async def _noter(client: Client, brute: bytes, ou: list[float], durees: Durees) -> None:
    duree, statut = await client.duree(brute)
    ou.append(duree)
    if statut != 200:
        durees.refus.add(statut)
