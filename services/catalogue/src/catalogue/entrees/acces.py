"""Qui peut quoi : tout jeton lit; le pilote du catalogue et l'administrateur écrivent."""

from datetime import date
from typing import Annotated, TypeAlias

from fastapi import Depends

from catalogue.cas_usage.ports import Depots
from socle.noyau import jour_de_quebec
from socle.web import Appel, acces

Lecture: TypeAlias = Annotated[Appel[Depots], Depends(acces())]
Pilotage: TypeAlias = Annotated[Appel[Depots], Depends(acces("catalogue", "admin"))]


def jour_lu(appel: Appel[Depots], le: date | None) -> date:
    """La date demandée, sinon celle d'aujourd'hui au Québec."""
    return le or jour_de_quebec(appel.horloge())
