"""Qui consigne un avis, et qui lit les données ouvertes.

L'organisme publie au SEAO et le consigne; le Courtier le peut aussi, pour ce qu'on lui transmet.
Les données ouvertes ne se servent pas au public d'ici : le Courtier et les machines du MCN les
versent où il les lit; un organisme y lit les siennes (CI-25).
"""

from typing import Annotated

from fastapi import Depends

from courtier.portes import une_personne
from courtier.seao.ports import Ports
from socle.web import Appel, acces

Partie = Annotated[
    Appel[Ports],
    Depends(
        acces(Ports, "signataire", "gestionnaire", "courtier", "admin", garde=une_personne("CI-18"))
    ),
]
"""L'organisme ou le Courtier."""
Courtier = Annotated[
    Appel[Ports], Depends(acces(Ports, "courtier", "admin", garde=une_personne("CI-18")))
]
Lecteur = Annotated[
    Appel[Ports],
    Depends(
        acces(
            Ports,
            *("signataire", "gestionnaire", "dirigeant", "courtier", "admin", "integration"),
        )
    ),
]
