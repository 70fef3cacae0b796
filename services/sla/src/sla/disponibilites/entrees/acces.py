"""Qui lit, signale et constate les disponibilités, et les filtres de leurs listes."""

from typing import Annotated

from fastapi import Depends, Query

from noyau import MOTIF_CODE, MOTIF_CODE_FICHE
from sla.base import LECTEURS, MCN
from sla.disponibilites.ports import Ports
from socle.web import Appel, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Mesureur = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Gestionnaire = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire"))]
# Alertmanager ne sait pas donner de clé; deux fois la même alarme ne fait rien de plus.
Sonde = Annotated[Appel[Ports], Depends(acces(Ports, "integration", cle_requise=False))]

Service = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE, description="Code d'un service.", examples=["messagerie"]),
]
Indicateur = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE_FICHE, description="Code d'un indicateur.", examples=["PT-4"]),
]
