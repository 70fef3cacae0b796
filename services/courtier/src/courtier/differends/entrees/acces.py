"""Qui ouvre, répond et lit; le fournisseur n'a pas d'accès (CI-21)."""

from typing import Annotated

from fastapi import Depends

from courtier.differends.ports import Ports
from courtier.portes import une_personne
from socle.web import Appel, acces

Client = Annotated[
    Appel[Ports], Depends(acces(Ports, "signataire", "gestionnaire", garde=une_personne("CI-21")))
]
Partie = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "signataire", "gestionnaire", "courtier", "admin", garde=une_personne("CI-21"))
    ),
]
"""L'organisme, ou le Courtier."""


def lit_pour_le_courtier(appel: Appel[Ports]) -> bool:
    """Vrai du Courtier, qui ne lit que l'existence d'un différend tant qu'on ne le lui signale."""
    return bool(appel.acteur.roles & {"courtier", "admin"})
