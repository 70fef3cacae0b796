"""Qui commente, et qui répond (CI-21)."""

from typing import Annotated

from fastapi import Depends

from courtier.commentaires.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

_PERSONNES = ("demandeur", "signataire", "gestionnaire", "dirigeant")
Personne = Annotated[Appel[Ports], Depends(acces(Ports, *_PERSONNES, garde=une_personne("CI-21")))]
Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-21")))
]
Interesse = Annotated[
    Appel[Ports],
    Depends(acces(Ports, *_PERSONNES, "courtier", "admin", garde=une_personne("CI-21"))),
]
