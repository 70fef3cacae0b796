"""Qui peut appeler quoi; le fournisseur n'a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.cas_usage.ports import Depots
from socle.web import Appel, acces

_COURTIER = ("courtier", "admin")

AppelCourtier = Annotated[Appel[Depots], Depends(acces(*_COURTIER))]
LectureCatalogue = Annotated[
    Appel[Depots], Depends(acces("demandeur", "signataire", "gestionnaire", *_COURTIER))
]
LectureContrats = Annotated[Appel[Depots], Depends(acces("signataire", "gestionnaire", *_COURTIER))]
AppelClient = Annotated[Appel[Depots], Depends(acces("signataire", "gestionnaire"))]
AppelSignature = Annotated[Appel[Depots], Depends(acces("signataire", *_COURTIER))]
AppelCopie = LectureContrats
