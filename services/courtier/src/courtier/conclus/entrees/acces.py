"""Qui lit la liste des contrats conclus; le fournisseur n'a pas d'accès (CI-22)."""

from typing import Annotated

from fastapi import Depends

from courtier.conclus.ports import Ports
from noyau import jour_de_quebec
from socle.web import Appel, acces


async def exiger_un_compte(appel: Appel[Ports]) -> None:
    """La liste paraît au Catalogue, à ses abonnés; lève `Interdit` (CI-11)."""
    acteur = appel.acteur
    if acteur.organisme is not None:
        code = acteur.organisme
        droit = await appel.consulter(lambda ports: ports.droits.droit(code, acteur.sujet))
        droit.exiger(jour_de_quebec(appel.horloge()))


Client = Annotated[Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire"))]
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
