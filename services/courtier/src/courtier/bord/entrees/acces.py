"""Qui lit le tableau du Courtier."""

from typing import Annotated

from fastapi import Depends

from courtier.bord.ports import Ports
from socle.web import Appel, acces

Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
