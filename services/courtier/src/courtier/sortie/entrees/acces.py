"""Qui mène la sortie d'un contrat, et qui la lit (CI-24)."""

from typing import Annotated

from fastapi import Depends

from courtier.portes import une_personne
from courtier.sortie.ports import Ports
from socle.web import Appel, acces

Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", garde=une_personne("CI-24")))
]
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant", "courtier", "admin")),
]
