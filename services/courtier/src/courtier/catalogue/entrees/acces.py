"""Qui lit le Catalogue et qui l'écrit; le fournisseur n'y a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.catalogue.ports import Ports
from noyau import jour_de_quebec
from socle.web import Appel, acces


async def exiger_un_compte(appel: Appel[Ports]) -> None:
    """D'un organisme, seule une personne à qui le Courtier a accordé un compte lit le Catalogue.

    Lève `Interdit` (CI-11). Le MCN et le vérificateur lisent sans compte.
    """
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
