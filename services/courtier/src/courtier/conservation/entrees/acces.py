"""Qui dépose, gèle, demande et détruit les pièces d'un contrat (CI-23)."""

from typing import Annotated

from fastapi import Depends

from courtier.conservation.ports import Ports
from socle.web import Appel, acces

Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Client = Annotated[Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire"))]
Partie = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", "courtier", "admin"))
]
"""L'organisme, ou le Courtier."""
