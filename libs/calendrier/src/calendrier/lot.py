"""Le décompte de SLA-2 de nombreuses demandes à la fois, en tableaux numpy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calendrier.calendrier import Calendrier
from calendrier.decompte import Charge, Transition
from calendrier.erreurs import ErreurCalendrier, HistoireInvalide
from calendrier.tableaux import (
    Tableaux,
    jours_des_rangs,
    rangs_des_instants,
    rangs_des_jours,
    verifier_instants,
)
from calendrier.tables import hors_calendrier
from calendrier.temps import microsecondes

SANS_FIN: Final = int(np.iinfo(np.int64).min)
"""La fin d'une demande encore ouverte, dans un tableau de fins."""

_AUCUN_RANG = -1


@dataclass(frozen=True, slots=True, eq=False)
class HistoiresPlates:
    """Les transitions de M demandes bout à bout; la demande i a `[offsets[i], offsets[i + 1])`.

    `instants` en µs UTC; `charges` porte les valeurs de `Charge`. L'ordre à l'intérieur d'une
    demande est indifférent. Lève `HistoireInvalide` si les tableaux ne vont pas ensemble.
    """

    instants: NDArray[np.int64]
    sequences: NDArray[np.int64]
    charges: NDArray[np.int8]
    offsets: NDArray[np.int64]

    def __post_init__(self) -> None:
        nombre = len(self.instants)
        if not len(self.sequences) == len(self.charges) == nombre:
            raise HistoireInvalide("instants, sequences et charges doivent avoir la même longueur")
        if len(self.offsets) == 0 or self.offsets[0] != 0 or self.offsets[-1] != nombre:
            raise HistoireInvalide(f"offsets doit aller de 0 à {nombre}")
        if not np.all(np.diff(self.offsets) > 0):
            raise HistoireInvalide("une histoire sans transition ne peut être décomptée")
        if not np.isin(self.charges, tuple(Charge)).all():
            raise HistoireInvalide("charges ne contient pas que des valeurs de Charge")


@dataclass(frozen=True, slots=True, eq=False)
class DecompteLot:
    """Les décomptes de M demandes; `j0` vaut NaT pour une demande jamais à la charge du MCN."""

    j0: NDArray[np.datetime64]
    jours: NDArray[np.int32]


def aplatir(histoires: Iterable[Iterable[Transition]]) -> HistoiresPlates:
    """Les tableaux de nombreuses histoires : le seul passage, en boucle, des objets au lot."""
    listes = [list(histoire) for histoire in histoires]
    transitions = [t for liste in listes for t in liste]
    return HistoiresPlates(
        instants=np.array([microsecondes(t.instant) for t in transitions], dtype=np.int64),
        sequences=np.array([t.sequence for t in transitions], dtype=np.int64),
        charges=np.array([t.charge for t in transitions], dtype=np.int8),
        offsets=np.array([0, *accumulate(map(len, listes))], dtype=np.int64),
    )


def decompter_lot(
    histoires: HistoiresPlates,
    fins: NDArray[np.int64],
    calendrier: Calendrier,
    *,
    au: int | None = None,
) -> DecompteLot:
    """`decompter` pour M demandes, sans boucle par demande; `fins` et `au` en µs UTC.

    Une fin vaut `SANS_FIN` si la demande est ouverte; `au` est alors exigé.
    Lève `HistoireInvalide` et `JourHorsCalendrier` comme `decompter`.
    """
    table = Tableaux.de(calendrier)
    demandes = np.repeat(np.arange(len(histoires.offsets) - 1), np.diff(histoires.offsets))
    verifier_instants(histoires.instants, table.minuits)
    instants, charges = _ordonner(histoires, demandes)
    ouvertes = fins == SANS_FIN
    bornes = _bornes(fins, ouvertes, au, len(histoires.offsets) - 1)
    rang_j0 = _rangs_j0(instants, charges, demandes, histoires.offsets, table)
    rang_fin = rangs_des_instants(bornes, table.minuits)
    fermes = np.searchsorted(table.fermetures, bornes, side="right")

    # Les jours à examiner : après J0, et avant le jour de la fin (ouverte : déjà fermés).
    premier = table.cumul[rang_j0 + 1]
    limite = np.where(ouvertes, fermes, table.cumul[rang_fin])
    # Une transition au MCN couvre les fermetures de son instant à celui de la suivante, exclu.
    debuts = np.searchsorted(table.fermetures, instants, side="left")
    suivants = np.append(debuts[1:], 0)
    suivants[histoires.offsets[1:] - 1] = len(table.rangs)
    couverts = np.minimum(suivants, limite[demandes]) - np.maximum(debuts, premier[demandes])
    comptes = np.where(charges == Charge.MCN, np.maximum(couverts, 0), 0)
    jours = np.add.reduceat(comptes, histoires.offsets[:-1]) if len(fins) else np.zeros(0, np.int64)
    jours += ~ouvertes & table.ouvrable[rang_fin] & (rang_fin > rang_j0)

    jamais = rang_j0 == _AUCUN_RANG
    j0 = np.where(jamais, np.datetime64("NaT", "D"), jours_des_rangs(rang_j0))
    return DecompteLot(j0, np.where(jamais, 0, jours).astype(np.int32))


def jours_comptes(
    histoires: Iterable[Iterable[Transition]], fins: Sequence[datetime], calendrier: Calendrier
) -> list[int]:
    """Le nombre de jours de `decompter` pour chaque demande finie, en un seul calcul en lot.

    Lève `HistoireInvalide` et `JourHorsCalendrier`.
    """
    if not fins:
        return []
    bornes = np.array([microsecondes(fin) for fin in fins], dtype=np.int64)
    jours: list[int] = decompter_lot(aplatir(histoires), bornes, calendrier).jours.tolist()
    return jours


def compter_ouvrables(
    apres: NDArray[np.datetime64], jusqua: NDArray[np.datetime64], calendrier: Calendrier
) -> NDArray[np.int32]:
    """Le nombre de jours ouvrables de chaque `]apres, jusqua]` (vide : 0).

    Lève `JourHorsCalendrier`.
    """
    # Décalé d'un jour : le jour de droite est compris, celui de gauche ne l'est pas.
    cumul = Tableaux.de(calendrier).cumul[1:]
    nombre: NDArray[np.int32] = cumul[rangs_des_jours(jusqua)] - cumul[rangs_des_jours(apres)]
    return np.maximum(nombre, 0, out=nombre)


def ajouter_lot(
    jours: NDArray[np.datetime64], n: int | NDArray[np.integer], calendrier: Calendrier
) -> NDArray[np.datetime64]:
    """L'échéance de chaque jour : son n-ième jour ouvrable strictement après (n = 0 : lui-même).

    Lève `ErreurCalendrier` pour un n négatif, `JourHorsCalendrier` au-delà de 2040.
    """
    table, rangs, pas = (
        Tableaux.de(calendrier),
        rangs_des_jours(jours),
        np.asarray(n, dtype=np.int64),
    )
    if (pas < 0).any():
        raise ErreurCalendrier("un nombre de jours à ajouter ne peut être négatif")
    positions = table.cumul[rangs + 1] + pas - 1
    if (positions >= len(table.rangs)).any():
        raise hors_calendrier("une échéance")
    return jours_des_rangs(np.where(pas == 0, rangs, table.rangs[np.maximum(positions, 0)]))


def _ordonner(
    histoires: HistoiresPlates, demandes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Instants et charges par demande, puis par heure, puis par séquence (SLA-2)."""
    instants, sequences = histoires.instants, histoires.sequences
    charges = histoires.charges
    voisines = np.diff(demandes) == 0
    # D'ordinaire, tout est en ordre : le tri coûterait le double du reste.
    if not _en_ordre(instants, sequences, voisines):
        ordre = np.lexsort((sequences, instants, demandes))
        instants, sequences, charges = instants[ordre], sequences[ordre], charges[ordre]
    jumelles = voisines & (np.diff(instants) == 0) & (np.diff(sequences) == 0)
    if (jumelles & (np.diff(charges) != 0)).any():
        raise HistoireInvalide("deux charges différentes à la même heure et à la même séquence")
    return instants, charges


def _en_ordre(
    instants: NDArray[np.int64], sequences: NDArray[np.int64], voisines: NDArray[np.bool_]
) -> bool:
    ecarts = np.diff(instants)
    suivent = (ecarts > 0) | ((ecarts == 0) & (np.diff(sequences) >= 0))
    return bool((suivent | ~voisines).all())


def _bornes(
    fins: NDArray[np.int64], ouvertes: NDArray[np.bool_], au: int | None, nombre: int
) -> NDArray[np.int64]:
    if len(fins) != nombre:
        raise HistoireInvalide(f"{nombre} histoires pour {len(fins)} fins")
    if au is None:
        if ouvertes.any():
            raise HistoireInvalide("une demande sans fin se décompte à un instant donné (au)")
        return fins
    return np.where(ouvertes, au, fins)


def _rangs_j0(
    instants: NDArray[np.int64],
    charges: NDArray[np.int8],
    demandes: NDArray[np.int64],
    offsets: NDArray[np.int64],
    table: Tableaux,
) -> NDArray[np.int64]:
    """Le rang de J0 de chaque demande, `_AUCUN_RANG` si elle n'a jamais été à la charge du MCN."""
    rangs = np.full(len(offsets) - 1, _AUCUN_RANG, dtype=np.int64)
    au_mcn = np.flatnonzero(charges == Charge.MCN)
    concernees, premieres = np.unique(demandes[au_mcn], return_index=True)
    # La première fermeture strictement après l'instant est celle de J0 : le jour même avant 17 h,
    # sinon celle du jour ouvrable suivant.
    positions = np.searchsorted(table.fermetures, instants[au_mcn[premieres]], side="right")
    if (positions >= len(table.rangs)).any():
        raise hors_calendrier("un jour zéro")
    rangs[concernees] = table.rangs[positions]
    return rangs
