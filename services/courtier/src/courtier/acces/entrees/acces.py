"""Qui demande un compte, et qui en décide; le fournisseur n'a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.acces.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

PERSONNES = ("demandeur", "signataire", "gestionnaire", "dirigeant")
"""Une machine n'a pas de compte : le Catalogue se lit par des personnes."""
Personne = Annotated[Appel[Ports], Depends(acces(Ports, *PERSONNES, garde=une_personne("CI-11")))]
Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-11")))
]
Interesse = Annotated[
    Appel[Ports],
    Depends(acces(Ports, *PERSONNES, "courtier", "admin", garde=une_personne("CI-11"))),
]
"""La personne, ou le Courtier."""
