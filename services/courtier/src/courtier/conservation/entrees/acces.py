"""Qui dépose, gèle, demande et détruit les pièces d'un contrat (CI-23)."""

from typing import Annotated

from fastapi import Depends

from courtier.conservation.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-23")))
]
Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", garde=une_personne("CI-23")))
]
Partie = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "signataire", "gestionnaire", "courtier", "admin", garde=une_personne("CI-23"))
    ),
]
"""L'organisme, ou le Courtier."""
