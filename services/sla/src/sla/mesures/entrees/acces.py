"""Qui lit les mesures, et les filtres de ses listes, décrits une fois."""

from typing import Annotated

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from noyau import MOTIF_CODE_FICHE, MOTIF_CONDITION, Mois
from sla.base import LECTEURS
from sla.mesures.ports import Ports
from socle import champs
from socle.web import Appel, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

Indicateur = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE_FICHE, description="Code d'un indicateur.", examples=["PT-1"]),
]
Periode = Annotated[
    champs.Periode | None, Query(description="Mois de la fin de la mesure, « aaaa-mm ».")
]
Exercice = Annotated[
    champs.Exercice | None,
    Query(description="Exercice financier; avec une période, celui dont elle est."),
]
Numero = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE_FICHE, description="Numéro du sujet.", examples=["D-2026-000123"]),
]
SujetId = Annotated[
    str | None,
    Query(
        pattern=r"^[\w-]{1,60}$",
        description="Identifiant du sujet : toutes ses mesures.",
        examples=["0199a1b2-0000-7000-8000-000000000001"],
    ),
]
Condition = Annotated[
    str | None, Query(pattern=MOTIF_CONDITION, description="Code d'une condition.", examples=["a"])
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
