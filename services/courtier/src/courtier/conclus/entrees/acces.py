"""Qui lit la liste des contrats conclus; le fournisseur n'a pas d'accès (CI-22)."""

from typing import Annotated

from fastapi import Depends

from courtier.conclus.ports import Ports
from courtier.portes import exiger_un_compte, une_personne
from socle.web import Appel, acces

Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", garde=une_personne("CI-22")))
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
