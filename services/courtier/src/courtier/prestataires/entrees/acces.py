"""Qui lit les prestataires et qui les écrit (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.portes import exiger_un_compte, une_personne
from courtier.prestataires.ports import Ports
from socle.web import Appel, acces

Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-11")))
]
Lecteur = Annotated[
    Appel[Ports],
    Depends(
        acces(
            Ports,
            *("demandeur", "signataire", "gestionnaire", "dirigeant", "courtier", "admin"),
            garde=exiger_un_compte,
        )
    ),
]
