"""Un arriéré dix fois plus grand : son temps, et la mémoire qu'il demande."""

import asyncio
import json
import os
import sys
from itertools import count

from bench.resultats import But, Resultats
from bench.scene import RACINE, Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service_isole

SIMPLE = 1_000
MEMOIRE = 1.2
"""« Plate » : un dixième de plus serait du bruit d'allocation; dix fois les faits, jamais."""


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Chaque vidange a son processus, sa base et ses sujets."""
    memoires: dict[int, list[float]] = {1: [], 10: []}
    numeros = count(1)

    async def vidange(fois: int) -> float:
        groupe = f"arriere{os.getpid()}n{next(numeros)}"
        acces = await scene.modeles.copie(service_isole(f"arriere{os.getpid()}"))
        processus = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.vidange", str(fois * SIMPLE), groupe),
            cwd=RACINE,
            env=os.environ
            | {
                "SBG_BENCH_DSN": acces["interne"],
                "SBG_BENCH_BUS": scene.bus.model_dump_json(),
            },
            stdout=asyncio.subprocess.PIPE,
        )
        sortie, _ = await asyncio.wait_for(processus.communicate(), 120)
        lu: dict[str, float] = json.loads(sortie)
        memoires[fois].append(lu["megaoctets"])
        return lu["secondes"]

    m = await entrelacer(
        {"un": lambda: vidange(1), "dix": lambda: vidange(10)}, tours, chauffe=False
    )
    nom = f"arriéré de {10 * SIMPLE} contre {SIMPLE}"
    resultats.rapport(f"{nom}, temps", "s", m["dix"], m["un"], But("≤", 11))
    resultats.rapport(f"{nom}, mémoire", "Mo", memoires[10], memoires[1], But("≤", MEMOIRE))
