"""Qui peut appeler quoi : le MCN émet, l'organisme lit ce qui le concerne."""

from typing import Annotated

from fastapi import Depends

from facturation.cas_usage.ports import Depots
from socle.web import Appel, acces

_MCN = ("facturation", "admin")

AppelFacturation = Annotated[Appel[Depots], Depends(acces(*_MCN))]
Lecture = Annotated[
    Appel[Depots],
    Depends(acces("signataire", "gestionnaire", "portail", "integration", "agent-csc", *_MCN)),
]
