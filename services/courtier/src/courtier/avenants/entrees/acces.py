"""Qui pose quel acte d'un avenant; le fournisseur n'a pas d'accès (CI-11, CI-17)."""

from typing import Annotated

from fastapi import Depends

from courtier.avenants.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-17")))
]
Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", garde=une_personne("CI-17")))
]
Partie = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "signataire", "gestionnaire", "courtier", "admin", garde=une_personne("CI-17"))
    ),
]
"""Le client ou le Courtier."""
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant", "courtier", "admin")),
]
Autorite = Annotated[
    Appel[Ports], Depends(acces(Ports, "dirigeant", "gestionnaire", garde=une_personne("CI-17")))
]
"""Le dirigeant, ou le gestionnaire qui consigne sa pièce."""
Signature = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "courtier", "admin", garde=une_personne("DEM-3"))),
]
