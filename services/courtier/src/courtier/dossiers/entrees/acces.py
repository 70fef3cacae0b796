"""Qui pose quel geste d'un dossier; le fournisseur n'a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.dossiers.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", garde=une_personne("CI-10")))
]
Autorisation = Annotated[
    Appel[Ports], Depends(acces(Ports, "dirigeant", "gestionnaire", garde=une_personne("CI-15")))
]
"""Le dirigeant, ou le gestionnaire qui consigne sa pièce signée (CI-15)."""
Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-10")))
]
Partie = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "gestionnaire", "signataire", "courtier", "admin", garde=une_personne("CI-10"))
    ),
]
"""L'organisme ou le Courtier."""
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "gestionnaire", "signataire", "dirigeant", "courtier", "admin")),
]
