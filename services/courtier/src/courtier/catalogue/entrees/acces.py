"""Qui lit le Catalogue et qui l'écrit; le fournisseur n'y a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.catalogue.ports import Ports
from socle.web import Appel, acces

Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "demandeur", "signataire", "gestionnaire", "courtier", "admin")),
]
