"""Qui commente, et qui répond (CI-21)."""

from typing import Annotated

from fastapi import Depends

from courtier.commentaires.ports import Ports
from socle.web import Appel, acces

_PERSONNES = ("demandeur", "signataire", "gestionnaire", "dirigeant")
Personne = Annotated[Appel[Ports], Depends(acces(Ports, *_PERSONNES))]
Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Interesse = Annotated[Appel[Ports], Depends(acces(Ports, *_PERSONNES, "courtier", "admin"))]
