"""Les tables d'un calendrier vues de numpy, sans copie, et les jours par milliers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calendrier.calendrier import Calendrier
from calendrier.tables import NOMBRE, PREMIER_JOUR, hors_calendrier

_ORIGINE: Final = np.datetime64(PREMIER_JOUR, "D")
_JOUR_US: Final = 24 * 60 * 60 * 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Tableaux:
    """Les champs de `Tables`, en tableaux qui ne se changent pas."""

    ouvrable: NDArray[np.bool_]
    cumul: NDArray[np.int32]
    rangs: NDArray[np.int32]
    fermetures: NDArray[np.int64]
    minuits: NDArray[np.int64]

    @classmethod
    def de(cls, calendrier: Calendrier) -> "Tableaux":
        """Ceux d'un calendrier."""
        tables = calendrier.tables
        return cls(
            np.asarray(tables.ouvrable),
            np.asarray(tables.cumul),
            np.asarray(tables.rangs),
            np.asarray(tables.fermetures),
            np.asarray(tables.minuits),
        )


def rangs_des_jours(jours: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Les rangs de nombreux jours. Lève `JourHorsCalendrier` si l'un est hors calendrier ou NaT."""
    rangs = (jours.astype("datetime64[D]", copy=False) - _ORIGINE).view(np.int64)
    if rangs.size and not (rangs.min() >= 0 and rangs.max() < NOMBRE):
        fautif = jours[(rangs < 0) | (rangs >= NOMBRE)].flat[0]
        raise hors_calendrier(str(fautif))
    return rangs


def jours_des_rangs(rangs: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Les jours de nombreux rangs; l'inverse de `rangs_des_jours`."""
    return _ORIGINE + rangs.astype("timedelta64[D]")


def rangs_des_instants(
    instants: NDArray[np.int64], minuits: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Le rang du jour de Québec de chaque instant (µs UTC). Lève `JourHorsCalendrier`."""
    verifier_instants(instants, minuits)
    # Le premier minuit est à l'heure normale : la division donne le bon jour ou, l'été, la veille.
    approches = (instants - minuits[0]) // _JOUR_US
    rangs: NDArray[np.int64] = approches + (instants >= minuits[approches + 1])
    return rangs


def verifier_instants(instants: NDArray[np.int64], minuits: NDArray[np.int64]) -> None:
    """Lève `JourHorsCalendrier` si un instant (µs UTC) sort des années couvertes."""
    if instants.size and not (instants.min() >= minuits[0] and instants.max() < minuits[-1]):
        fautif = instants[(instants < minuits[0]) | (instants >= minuits[-1])].flat[0]
        raise hors_calendrier(f"{np.datetime64(int(fautif), 'us')}Z")
