"""Émettre les mois 2, 36 et 60 de dix mille actifs : ce qui court, non l'âge du parc (FAC-14)."""

import gc
from typing import Final

from bench.parc import ACTIFS, Parc, memoire, ouvrir
from bench.resultats import But, Resultats
from bench.scene import Scene

AGES: Final = (2, 36, 60)
CROISSANCE: Final = 1.2
TOURS: Final = 3


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Le coût d'un mois, à trois âges d'un parc, en tours entrelacés."""
    async with ouvrir(scene) as banc:
        # Comme le lanceur d'un rôle : ce qui vit jusqu'au bout ne se ramasse plus.
        gc.collect()
        gc.freeze()
        repos = memoire("VmRSS")
        parcs = [Parc(banc, age) for age in AGES]
        for parc in parcs:
            await parc.semer()
        for tour in range(min(tours, TOURS)):
            for parc in parcs:
                await parc.mesurer(tour)
            await parcs[-1].simuler()
    _dire(parcs, repos, resultats)


def _dire(parcs: list[Parc], repos: float, resultats: Resultats) -> None:
    jeune, *vieux = parcs
    for parc in vieux:
        resultats.rapport(
            f"émettre le mois {parc.age} de {ACTIFS} actifs, contre le mois {jeune.age}",
            "ms",
            [1000 * cout.secondes for cout in parc.couts],
            [1000 * cout.secondes for cout in jeune.couts],
            But("≤", CROISSANCE),
        )
    couts = parcs[-1].couts
    resultats.rapport(
        f"simuler un mois de {ACTIFS} actifs, contre l'émettre (FAC-11)",
        "ms",
        [1000 * cout.secondes for cout in parcs[-1].simules],
        [1000 * cout.secondes for cout in couts],
        But("≤", 1.0),
    )
    mois = f"émettre le mois {AGES[-1]} de {ACTIFS} actifs"
    pointes = [cout.pointe - repos for cout in couts]
    resultats.seul(f"{mois}, mémoire de pointe au-dessus du repos", "Mio", pointes, But("≤", 100))
    retenues = [1000 * cout.retenue for cout in couts]
    resultats.seul(f"{mois}, plus longue retenue de la boucle", "ms", retenues, But("≤", 50))
