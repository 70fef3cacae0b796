"""Des ensembles d'instants : des plages `[début, fin)` disjointes et triées."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from calendrier import Plage
from calendrier.plages import duree_totale, fusionner

Ensemble: TypeAlias = Sequence[Plage]
"""Se construit par `union`; ces opérations le gardent disjoint et trié."""

_UNE_SECONDE = timedelta(seconds=1)


def union(plages: Iterable[Plage]) -> Ensemble:
    """Les instants d'une plage au moins : ceux que deux couvrent ne comptent qu'une fois."""
    return fusionner(p for p in plages if p.debut < p.fin)


def communs(un: Ensemble, autre: Ensemble) -> Ensemble:
    """Les instants des deux."""
    trouves: list[Plage] = []
    i = j = 0
    while i < len(un) and j < len(autre):
        debut, fin = max(un[i].debut, autre[j].debut), min(un[i].fin, autre[j].fin)
        if debut < fin:
            trouves.append(Plage(debut, fin))
        if un[i].fin <= autre[j].fin:
            i += 1
        else:
            j += 1
    return trouves


def moins(un: Ensemble, autre: Ensemble) -> Ensemble:
    """Les instants du premier qui ne sont pas du second."""
    restes: list[Plage] = []
    for plage in un:
        debut = plage.debut
        for retiree in communs((plage,), autre):
            if debut < retiree.debut:
                restes.append(Plage(debut, retiree.debut))
            debut = retiree.fin
        if debut < plage.fin:
            restes.append(Plage(debut, plage.fin))
    return restes


def secondes(ensemble: Ensemble) -> int:
    """La durée réelle, en secondes : une heure qui revient ou qui manque se compte comme elle est.

    Exacte : rien ici n'a d'autre grain que la seconde.
    """
    return duree_totale(ensemble) // _UNE_SECONDE


def bornes(debut: datetime, fin: datetime | None, limite: datetime) -> Ensemble:
    """La plage `[début, fin)`, ou jusqu'à la limite si elle n'a pas de fin."""
    return union([Plage(debut, limite if fin is None else min(fin, limite))])
