"""Qui pose quel geste d'un dossier; le fournisseur n'a pas d'accès (CI-11)."""

from typing import Annotated

from fastapi import Depends

from courtier.dossiers.ports import Ports
from noyau import jour_de_quebec
from socle.web import Appel, acces


async def exiger_un_compte(appel: Appel[Ports]) -> None:
    """Consulter le Catalogue depuis un dossier, c'est le lire; lève `Interdit` (CI-11)."""
    acteur = appel.acteur
    if acteur.organisme is not None:
        code = acteur.organisme
        droit = await appel.consulter(lambda ports: ports.droits.droit(code, acteur.sujet))
        droit.exiger(jour_de_quebec(appel.horloge()))


Client = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire"))]
ClientDuCatalogue = Annotated[
    Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", garde=exiger_un_compte))
]
"""Qui, de l'organisme, a un compte d'accès."""
Autorisation = Annotated[Appel[Ports], Depends(acces(Ports, "dirigeant", "gestionnaire"))]
"""Le dirigeant, ou le gestionnaire qui consigne sa pièce signée (CI-15)."""
Courtier = Annotated[Appel[Ports], Depends(acces(Ports, "courtier", "admin"))]
Partie = Annotated[
    Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", "courtier", "admin"))
]
"""L'organisme ou le Courtier."""
Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "gestionnaire", "signataire", "dirigeant", "courtier", "admin")),
]
