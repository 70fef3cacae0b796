"""Qui demande, rend, décide et lit une évaluation (CI-21)."""

from typing import Annotated

from fastapi import Depends

from courtier.evaluations.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-21")))
]
Client = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant", garde=une_personne("CI-21"))),
]
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant", "courtier", "admin")),
]
