"""Ce qui s'oublie et ce qui se refait, à N lignes et à dix fois plus : temps et mémoire."""

import asyncio
import json
import os
import sys
from functools import partial
from typing import Any

from bench.resultats import But, Resultats
from bench.scene import RACINE, Scene
from bench.tours import entrelacer
from demandes.main import service as service_demandes
from outils.essais.temoin.service import service as service_temoin
from socle.service import Service

TRAVAUX: tuple[tuple[str, str, int, Service[Any]], ...] = (
    ("purge", "réponses et réceptions échues", 20_000, service_temoin()),
    ("audit", "audit scellé, vérifié, oublié", 20_000, service_temoin()),
    ("envois", "envois aux webhooks oubliés", 20_000, service_demandes()),
    ("refaire", "modèle de lecture vidé et refait", 2_000, service_temoin()),
    ("liberer", "stationnés libérés au départ", 100, service_temoin()),
    ("rebuts", "rebuts écartés par l'opérateur", 100, service_temoin()),
)
"""Le nom d'un travail (`bench.travaux`), ce qu'il fait, ses lignes, la base où il le fait."""
MEMOIRE = 1.2
"""« Bornée » : un cinquième de plus serait du bruit d'allocation; dix fois les lignes, jamais."""
PATIENCE = 300.0


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Chaque travail a, à chaque tour, son processus et sa base."""
    for nom, dit, lignes, service in TRAVAUX:
        memoires: dict[int, list[float]] = {1: [], 10: []}

        async def faire(
            fois: int,
            nom: str = nom,
            lignes: int = lignes,
            service: Service[Any] = service,
            memoires: dict[int, list[float]] = memoires,
        ) -> float:
            acces = await scene.modeles.copie(service)
            processus = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench.travaux", nom, str(fois * lignes)),
                cwd=RACINE,
                env=os.environ | {f"SBG_BENCH_{role.upper()}": dsn for role, dsn in acces.items()},
                stdout=asyncio.subprocess.PIPE,
            )
            sortie, _ = await asyncio.wait_for(processus.communicate(), PATIENCE)
            lu: dict[str, float] = json.loads(sortie)
            memoires[fois].append(lu["megaoctets"])
            return lu["secondes"]

        essais = {"un": partial(faire, 1), "dix": partial(faire, 10)}
        m = await entrelacer(essais, tours, chauffe=False)
        mesure = f"{dit}, {10 * lignes} contre {lignes}"
        resultats.rapport(f"{mesure}, temps", "s", m["dix"], m["un"], But("≤", 11))
        resultats.rapport(f"{mesure}, mémoire", "Mo", memoires[10], memoires[1], But("≤", MEMOIRE))
