"""Qui lit le Catalogue et qui l'écrit; le fournisseur n'y a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.catalogue.ports import Ports
from courtier.portes import exiger_un_compte, une_personne
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
