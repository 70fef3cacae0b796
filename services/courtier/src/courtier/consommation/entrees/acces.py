"""Qui tient la consommation d'un contrat, et qui la lit (CI-19)."""

from typing import Annotated

from fastapi import Depends

from courtier.consommation.ports import Ports
from socle.web import Appel, acces

Tenue = Annotated[Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", "integration"))]
"""L'organisme client, ou son système de gestion."""
Lecteur = Annotated[
    Appel[Ports],
    Depends(
        acces(
            Ports,
            *("signataire", "gestionnaire", "dirigeant", "integration"),
            *("courtier", "admin"),
        )
    ),
]
