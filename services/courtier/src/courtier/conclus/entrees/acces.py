"""Qui lit la liste des contrats conclus; le fournisseur n'a pas d'accès (CI-22)."""

from typing import Annotated

from fastapi import Depends

from courtier.conclus.ports import Ports
from socle.web import Appel, acces

Client = Annotated[Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire"))]
Lecteur = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "demandeur", "signataire", "gestionnaire", "dirigeant", "courtier", "admin")
    ),
]
