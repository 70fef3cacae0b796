"""Qui demande un compte, et qui en décide; le fournisseur n'a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.acces.ports import Ports
from socle.web import Appel, acces

PERSONNES = ("demandeur", "signataire", "gestionnaire", "dirigeant")
"""Une machine n'a pas de compte : le Catalogue se lit par des personnes."""
Personne = Annotated[Appel[Ports], Depends(acces(Ports, *PERSONNES))]
Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Interesse = Annotated[Appel[Ports], Depends(acces(Ports, *PERSONNES, "courtier", "admin"))]
"""La personne, ou le Courtier."""
