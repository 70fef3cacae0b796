"""Les jours ouvrables comptés en lot, contre `numpy.busday_count` et contre une boucle."""

import time
from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from calendrier import Calendrier, lire_versions
from calendrier.lot import compter_ouvrables

TAILLES = (100_000, 1_000_000)
DANS_LA_BOUCLE = 20_000
Jours = NDArray[np.datetime64]


def paires(nombre: int) -> tuple[Jours, Jours]:
    """Des intervalles de 0 à 60 jours, de 2016 à 2038."""
    hasard = np.random.default_rng(7)
    debuts = np.datetime64("2016-01-01") + hasard.integers(0, 8_000, nombre)
    return debuts, debuts + hasard.integers(0, 60, nombre)


def de_numpy(calendrier: Calendrier) -> Callable[[Jours, Jours], NDArray[np.int64]]:
    """La référence numpy, fériés en main; `]a, b]` s'y dit `[a + 1, b + 1)`."""
    feries = [f.jour for annee in range(2015, 2041) for f in calendrier.feries(annee)]
    ouvrables = np.busdaycalendar(holidays=np.array(feries, dtype="datetime64[D]"))
    un = np.timedelta64(1, "D")
    return lambda apres, jusqua: np.busday_count(apres + un, jusqua + un, busdaycal=ouvrables)


def en_boucle(calendrier: Calendrier, couples: list[tuple[date, date]]) -> list[int]:
    """La boucle d'une personne pressée : une paire à la fois."""
    return [calendrier.jours_ouvrables_entre(apres, jusqua) for apres, jusqua in couples]


def _debit(nombre: int, faire: Callable[[], object]) -> float:
    debut = time.perf_counter()
    faire()
    return nombre / (time.perf_counter() - debut)


async def mesurer(_: Scene, resultats: Resultats, tours: int) -> None:
    """Les paires comptées par seconde, à deux tailles."""
    calendrier = Calendrier.depuis(lire_versions()[-1])
    compter = de_numpy(calendrier)
    for taille in TAILLES:
        apres, jusqua = paires(taille)
        couples = list(
            zip(apres[:DANS_LA_BOUCLE].tolist(), jusqua[:DANS_LA_BOUCLE].tolist(), strict=True)
        )

        async def lot(a: Jours = apres, b: Jours = jusqua) -> float:
            return _debit(len(a), lambda: compter_ouvrables(a, b, calendrier))

        async def numpy(a: Jours = apres, b: Jours = jusqua) -> float:
            return _debit(len(a), lambda: compter(a, b))

        async def boucle(c: list[tuple[date, date]] = couples) -> float:
            return _debit(len(c), lambda: en_boucle(calendrier, c))

        m = await entrelacer({"lot": lot, "numpy": numpy, "boucle": boucle}, tours)
        nom = f"calendrier, {taille:_} paires, contre"
        resultats.rapport(f"{nom} busday_count", "paires/s", m["lot"], m["numpy"], But("≥", 0.5))
        resultats.rapport(f"{nom} une boucle", "paires/s", m["lot"], m["boucle"], But("≥", 20))
