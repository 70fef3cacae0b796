"""Qui lit les mesures, et les filtres de ses listes, décrits une fois."""

from typing import Annotated

from fastapi import Depends, Query

from noyau import MOTIF_CODE_FICHE, MOTIF_CONDITION
from sla.base import LECTEURS
from sla.mesures.ports import Ports
from socle import champs
from socle.web import Appel, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

Numero = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE_FICHE, description="Numéro du sujet.", examples=["D-2026-000123"]),
]
EcheanceJusqua = Annotated[
    champs.Jour | None,
    Query(
        description="Celles dont l'échéance est au plus tard ce jour-là.", examples=["2026-09-30"]
    ),
]
Condition = Annotated[
    str | None, Query(pattern=MOTIF_CONDITION, description="Code d'une condition.", examples=["a"])
]
