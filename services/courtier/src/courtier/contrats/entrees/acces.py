"""Qui pose quel acte d'un contrat; le fournisseur n'a pas d'accès (CI-11, CI-16)."""

from typing import Annotated

from fastapi import Depends

from courtier.contrats.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-16")))
]
Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", garde=une_personne("CI-16")))
]
Partie = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "signataire", "gestionnaire", "courtier", "admin", garde=une_personne("CI-16"))
    ),
]
"""Le client ou le Courtier."""
Signature = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "courtier", "admin", garde=une_personne("DEM-3"))),
]
