"""Qui ouvre, répond et lit; le fournisseur n'a pas d'accès (CI-21)."""

from typing import Annotated

from fastapi import Depends

from courtier.differends.ports import Ports
from socle.web import Appel, acces

Client = Annotated[Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire"))]
Partie = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", "courtier", "admin"))
]
"""L'organisme, ou le Courtier."""
