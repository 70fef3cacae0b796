"""Qui lit les prestataires et qui les écrit (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.prestataires.ports import Ports
from noyau import jour_de_quebec
from socle.web import Appel, acces


async def exiger_un_compte(appel: Appel[Ports]) -> None:
    """Comme le reste du Catalogue; lève `Interdit` (CI-11)."""
    acteur = appel.acteur
    if acteur.organisme is not None:
        code = acteur.organisme
        droit = await appel.consulter(lambda ports: ports.droits.droit(code, acteur.sujet))
        droit.exiger(jour_de_quebec(appel.horloge()))


Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
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
