"""Le calendrier mis en tableaux : un jour y est un rang, compter devient une soustraction."""

from array import array
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from calendrier.dates import date_longue
from calendrier.erreurs import JourHorsCalendrier
from calendrier.feries import est_fin_de_semaine
from calendrier.regles import ANNEE_MAX, ANNEE_MIN
from calendrier.temps import instant_mural, microsecondes

PREMIER_JOUR = date(ANNEE_MIN, 1, 1)
DERNIER_JOUR = date(ANNEE_MAX, 12, 31)

ORIGINE = PREMIER_JOUR.toordinal()
NOMBRE = DERNIER_JOUR.toordinal() - ORIGINE + 1


@dataclass(frozen=True, slots=True)
class Tables:
    """Tableaux en lecture seule, indexés par le rang d'un jour (0 : le 1er janvier 2015).

    - `ouvrable[r]` : le jour est ouvrable;
    - `cumul[r]` : nombre de jours ouvrables de rang < r (un élément de plus que de jours);
    - `rangs` : les rangs des jours ouvrables, croissants;
    - `fermetures` : leur fermeture, en µs UTC;
    - `minuits[r]` : le début du jour à Québec, en µs UTC (un élément de plus que de jours).
    """

    ouvrable: "memoryview[bool]"
    cumul: memoryview
    rangs: memoryview
    fermetures: memoryview
    minuits: memoryview


def tables(feries: Container[date], fermeture: Callable[[date], int]) -> Tables:
    """Les tableaux d'un calendrier; `fermeture` donne celle du CSC, en minutes depuis minuit."""
    jours = [PREMIER_JOUR + timedelta(days=rang) for rang in range(NOMBRE)]
    ouvrable = [not est_fin_de_semaine(j) and j not in feries for j in jours]
    rangs = [r for r, ouvert in enumerate(ouvrable) if ouvert]
    return Tables(
        ouvrable=_figer("b", ouvrable).cast("B").cast("?"),
        cumul=_figer("i", accumulate(ouvrable, initial=0)),
        rangs=_figer("i", rangs),
        fermetures=_instants((jours[r], fermeture(jours[r])) for r in rangs),
        minuits=_instants((j, 0) for j in (*jours, DERNIER_JOUR + timedelta(days=1))),
    )


def _figer(forme: str, valeurs: Iterable[int]) -> memoryview:
    return memoryview(array(forme, valeurs)).toreadonly()


def _instants(heures: Iterable[tuple[date, int]]) -> memoryview:
    """Chaque jour à son heure de Québec (minutes depuis minuit), en µs UTC."""
    return _figer("q", (microsecondes(instant_mural(*heure)) for heure in heures))


def rang(jour: date) -> int:
    """Le rang d'un jour. Lève `JourHorsCalendrier`."""
    valeur = jour.toordinal() - ORIGINE
    if not 0 <= valeur < NOMBRE:
        raise hors_calendrier(f"le {date_longue(jour)}")
    return valeur


def jour_de_rang(valeur: int) -> date:
    """Le jour d'un rang; l'inverse de `rang`."""
    return date.fromordinal(ORIGINE + valeur)


def hors_calendrier(quoi: str) -> JourHorsCalendrier:
    """L'erreur qui nomme le jour ou l'instant hors des années couvertes."""
    dit = f"{quoi[0].upper()}{quoi[1:]}"
    return JourHorsCalendrier(f"{dit} sort du calendrier, qui va de {ANNEE_MIN} à {ANNEE_MAX}.")
