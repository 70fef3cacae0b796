"""Qui lit les taux, et leurs filtres."""

from typing import Annotated

from fastapi import Depends, Path, Query
from fastapi.exceptions import RequestValidationError

from noyau import Mois
from sla.base import LECTEURS, MCN
from sla.taux.ports import Ports
from socle import champs
from socle.web import Appel, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Decide = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]

PeriodeNommee = Annotated[champs.Periode, Path(description="Un mois civil, « aaaa-mm ».")]

Exercice = Annotated[
    champs.Exercice | None,
    Query(description="Exercice financier; avec une période, celui dont elle est."),
]


def lire_mois(periode: str | None, exercice: str | None) -> Mois | None:
    """Le mois demandé; lève `RequestValidationError` (422) s'il n'est pas de l'exercice demandé."""
    if periode is None:
        return None
    mois = Mois.lire(periode)
    if exercice not in (None, mois.exercice):
        faute = ValueError(f"La période {mois} est de l'exercice {mois.exercice}.")
        lieu = ("query", "exercice")
        raise RequestValidationError(
            [{"type": "value_error", "loc": lieu, "ctx": {"error": faute}}]
        )
    return mois
