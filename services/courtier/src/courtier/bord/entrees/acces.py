"""Qui lit le bord : le Courtier son tableau, un organisme ses listes."""

from typing import Annotated

from fastapi import Depends

from courtier.bord.ports import Ports
from socle.web import Appel, acces

Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Dirigeant = Annotated[
    Appel[Ports], Depends(acces(Ports, "dirigeant", "gestionnaire", "courtier", "admin"))
]
"""Le dirigeant, et le gestionnaire qui consigne sa pièce signée."""
Signataire = Annotated[Appel[Ports], Depends(acces(Ports, "signataire"))]
