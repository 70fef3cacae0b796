"""Ce que coûte de citer une trace : à la durée qui la porte, à la lecture qui les rend toutes."""

import time
from functools import partial

from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import Histogram

from bench.resultats import But, Resultats
from bench.tours import entrelacer
from socle.exploitation.mesures import Mesures
from socle.exploitation.traces import exemplaire

DUREES, SERIES, LECTURES = 20_000, 200, 5


async def _observer(histogramme: Histogram, *, citee: bool) -> float:
    """Les microsecondes d'une durée, sous une étape qui part."""
    with TracerProvider().get_tracer("bench").start_as_current_span("requête"):
        debut = time.perf_counter()
        for _ in range(DUREES):
            histogramme.observe(0.02, exemplaire() if citee else None)
        return (time.perf_counter() - debut) / DUREES * 1e6


async def _lire(mesures: Mesures, *, openmetrics: bool) -> float:
    """Les millisecondes d'une lecture de `/metrics`."""
    debut = time.perf_counter()
    for _ in range(LECTURES):
        await mesures.exposer(openmetrics=openmetrics)
    return (time.perf_counter() - debut) / LECTURES * 1e3


async def mesurer(resultats: Resultats, tours: int) -> None:
    """Deux rapports, dans le processus : bien moins que ce que le réseau laisse voir."""
    mesures = Mesures("bench")
    series = [mesures.requetes.labels("bench", "GET", f"/v1/{n}", "200") for n in range(SERIES)]
    for serie in series:
        serie.observe(0.02, {"trace_id": f"{id(serie):032x}"})
    durees = await entrelacer(
        {
            "nue": partial(_observer, series[0], citee=False),
            "citée": partial(_observer, series[0], citee=True),
        },
        tours,
    )
    # Seules les requêtes gardées le paient : deux sur cent, d'office.
    resultats.rapport(
        "une durée qui cite sa trace contre une qui la tait",
        "µs", durees["citée"], durees["nue"], But("≤", 8.0),
    )  # fmt: skip
    lectures = await entrelacer(
        {
            "texte": partial(_lire, mesures, openmetrics=False),
            "riche": partial(_lire, mesures, openmetrics=True),
        },
        tours,
    )
    resultats.rapport(
        "lire les mesures en OpenMetrics, exemplaires compris, contre le texte",
        "ms", lectures["riche"], lectures["texte"], But("≤", 2.0),
    )  # fmt: skip
