"""Recompter des histoires dans un processus neuf : `python -m bench.recalcul nombre`.

Imprime les histoires par seconde, le décompte en lot et la boucle, et la mémoire la plus haute en
mégaoctets. Les histoires naissent par tranches : le million ne tient jamais en mémoire.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as heure
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.vidange import memoire_la_plus_haute
from calendrier import Calendrier, Charge, Transition, instant_de_quebec, lire_versions
from calendrier.lot import HistoiresPlates, decompter_lot
from noyau import QUEBEC

TRANCHE: Final = 50_000
DANS_LA_BOUCLE: Final = 2_000
DELAI: Final = 10
_JOUR: Final = 86_400_000_000
_DEPART: Final = int(instant_de_quebec(date(2026, 1, 5), heure(9)).timestamp()) * 1_000_000
_CHARGES: Final = (
    Charge.MCN,
    Charge.CLIENT,
    Charge.MCN,
    Charge.CLIENT,
    Charge.MCN,
    Charge.PERSONNE,
)
_UN_JOUR: Final = timedelta(days=1)
Tranche: TypeAlias = tuple[HistoiresPlates, NDArray[np.int64]]


def tranches(nombre: int, graine: int = 7) -> Iterator[Tranche]:
    """Des demandes ouvertes, suspendues deux fois et livrées, en une trentaine de jours."""
    hasard = np.random.default_rng(graine)
    for debut in range(0, nombre, TRANCHE):
        combien = min(TRANCHE, nombre - debut)
        ouvertures = _DEPART + hasard.integers(0, 3_000 * _JOUR, (combien, 1))
        ecarts = hasard.integers(3_600_000_000, 12 * _JOUR, (combien, len(_CHARGES)))
        ecarts[:, 0] = 0
        instants = ouvertures + np.cumsum(ecarts, axis=1)
        histoires = HistoiresPlates(
            instants=instants.ravel(),
            sequences=np.tile(np.arange(len(_CHARGES)), combien),
            charges=np.tile(np.array(_CHARGES, dtype=np.int8), combien),
            offsets=np.arange(0, (combien + 1) * len(_CHARGES), len(_CHARGES)),
        )
        yield histoires, instants[:, -1]


def en_lot(tranche: Tranche, calendrier: Calendrier) -> int:
    """Combien tiennent le délai, par le décompte du produit."""
    histoires, fins = tranche
    return int((decompter_lot(histoires, fins, calendrier).jours <= DELAI).sum())


def en_boucle(vies: Sequence[Sequence[Transition]], ouvrables: frozenset[date]) -> int:
    """De même, par la boucle qu'on écrit d'abord : chaque demande, un jour après l'autre."""
    return sum(_compter(vie, ouvrables) <= DELAI for vie in vies)


def _compter(vie: Sequence[Transition], ouvrables: frozenset[date]) -> int:
    montre, dernier = (vie[n].instant.astimezone(QUEBEC) for n in (0, -1))
    jour, fin = montre.date(), dernier.date()
    if jour not in ouvrables or montre.hour >= 17:
        jour += _UN_JOUR
        while jour not in ouvrables:
            jour += _UN_JOUR
    suivante, charge, comptes = 0, Charge.PERSONNE, 0
    while jour < fin:
        jour += _UN_JOUR
        if jour in ouvrables:
            ferme = datetime.combine(jour, heure(17), QUEBEC)
            while suivante < len(vie) and vie[suivante].instant <= ferme:
                charge = vie[suivante].charge
                suivante += 1
            comptes += jour == fin or charge is Charge.MCN
    return comptes


def vies_de(tranche: Tranche, combien: int) -> list[list[Transition]]:
    """Les premières histoires d'une tranche, en objets : une boucle les lirait ainsi."""
    histoires, _ = tranche
    instants = histoires.instants[: combien * len(_CHARGES)].reshape(-1, len(_CHARGES)).tolist()
    return [
        [
            Transition(datetime.fromtimestamp(instant / 1_000_000, QUEBEC), rang, _CHARGES[rang])
            for rang, instant in enumerate(siens)
        ]
        for siens in instants
    ]


def mesurer(nombre: int) -> dict[str, float]:
    """Le débit des deux façons, et la mémoire; lève `AssertionError` si elles se contredisent."""
    calendrier = Calendrier.depuis(lire_versions()[-1])
    jours = (date(2026, 1, 1) + n * _UN_JOUR for n in range(3_600))
    ouvrables = frozenset(j for j in jours if calendrier.est_ouvrable(j))
    echantillon = next(tranches(DANS_LA_BOUCLE))
    vies = vies_de(echantillon, DANS_LA_BOUCLE)
    debut = time.process_time()
    tenues = en_boucle(vies, ouvrables)
    boucle = DANS_LA_BOUCLE / (time.process_time() - debut)
    if tenues != en_lot(echantillon, calendrier):
        raise AssertionError("Le lot et la boucle ne comptent pas pareil.")
    secondes = 0.0
    for tranche in tranches(nombre):
        debut = time.process_time()
        en_lot(tranche, calendrier)
        secondes += time.process_time() - debut
    return {
        "lot": nombre / secondes,
        "boucle": boucle,
        "secondes": secondes,
        "megaoctets": memoire_la_plus_haute(),
    }


if __name__ == "__main__":
    print(json.dumps(mesurer(int(sys.argv[1]))))
