"""Qui demande, rend, décide et lit une évaluation (CI-21)."""

from typing import Annotated

from fastapi import Depends

from courtier.evaluations.ports import Ports
from socle.web import Appel, acces

Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Client = Annotated[Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant"))]
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant", "courtier", "admin")),
]
