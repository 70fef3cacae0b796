"""Le calendrier mis en tableaux : un jour y est un rang, compter devient une soustraction."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from calendrier.erreurs import JourHorsCalendrier
from calendrier.feries import est_fin_de_semaine
from calendrier.regles import ANNEE_MAX, ANNEE_MIN
from calendrier.temps import instant_mural, microsecondes

PREMIER_JOUR = date(ANNEE_MIN, 1, 1)
DERNIER_JOUR = date(ANNEE_MAX, 12, 31)

_ORIGINE = PREMIER_JOUR.toordinal()
_ORIGINE64 = np.datetime64(PREMIER_JOUR, "D")
_NOMBRE = DERNIER_JOUR.toordinal() - _ORIGINE + 1
_JOUR_US = 24 * 60 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Tables:
    """Tableaux en lecture seule, indexés par le rang d'un jour (0 : le 1er janvier 2015).

    - `ouvrable[r]` : le jour est ouvrable;
    - `cumul[r]` : nombre de jours ouvrables de rang < r (un élément de plus que de jours);
    - `rangs` : les rangs des jours ouvrables, croissants;
    - `fermetures` : leur fermeture, en µs UTC;
    - `minuits[r]` : le début du jour à Québec, en µs UTC (un élément de plus que de jours).
    """

    ouvrable: NDArray[np.bool_]
    cumul: NDArray[np.int32]
    rangs: NDArray[np.int32]
    fermetures: NDArray[np.int64]
    minuits: NDArray[np.int64]


def tables(feries: Container[date], fermeture: Callable[[date], int]) -> Tables:
    """Les tableaux d'un calendrier; `fermeture` donne celle du CSC, en minutes depuis minuit."""
    jours = [PREMIER_JOUR + timedelta(days=rang) for rang in range(_NOMBRE)]
    ouvrable = np.array(
        [not est_fin_de_semaine(j) and j not in feries for j in jours], dtype=np.bool_
    )
    rangs = np.flatnonzero(ouvrable).astype(np.int32)
    calculees = Tables(
        ouvrable=ouvrable,
        cumul=np.concatenate(([0], np.cumsum(ouvrable))).astype(np.int32),
        rangs=rangs,
        fermetures=_instants((jours[r], fermeture(jours[r])) for r in rangs),
        minuits=_instants((j, 0) for j in (*jours, DERNIER_JOUR + timedelta(days=1))),
    )
    for champ in fields(calculees):
        getattr(calculees, champ.name).setflags(write=False)
    return calculees


def _instants(heures: Iterable[tuple[date, int]]) -> NDArray[np.int64]:
    """Chaque jour à son heure de Québec (minutes depuis minuit), en µs UTC."""
    return np.array([microsecondes(instant_mural(*heure)) for heure in heures], dtype=np.int64)


def rang(jour: date) -> int:
    """Le rang d'un jour. Lève `JourHorsCalendrier`."""
    valeur = jour.toordinal() - _ORIGINE
    if not 0 <= valeur < _NOMBRE:
        raise hors_calendrier(jour.isoformat())
    return valeur


def jour_de_rang(valeur: int) -> date:
    """Le jour d'un rang; l'inverse de `rang`."""
    return date.fromordinal(_ORIGINE + valeur)


def rangs_des_jours(jours: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Les rangs de nombreux jours. Lève `JourHorsCalendrier` si l'un est hors calendrier ou NaT."""
    rangs = (jours.astype("datetime64[D]", copy=False) - _ORIGINE64).view(np.int64)
    if rangs.size and not (rangs.min() >= 0 and rangs.max() < _NOMBRE):
        fautif = jours[(rangs < 0) | (rangs >= _NOMBRE)].flat[0]
        raise hors_calendrier(str(fautif))
    return rangs


def jours_des_rangs(rangs: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Les jours de nombreux rangs; l'inverse de `rangs_des_jours`."""
    return _ORIGINE64 + rangs.astype("timedelta64[D]")


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


def hors_calendrier(quoi: str) -> JourHorsCalendrier:
    """L'erreur qui nomme le jour ou l'instant hors des années couvertes."""
    dit = f"{quoi[0].upper()}{quoi[1:]}"
    return JourHorsCalendrier(f"{dit} sort du calendrier, qui va de {ANNEE_MIN} à {ANNEE_MAX}.")
