"""Qui peut quoi sur une demande."""

from typing import Annotated

from fastapi import Depends

from demandes.demande.ports import Ports
from demandes.roles import CSC, LECTEURS, ORGANISME, RECTIFICATEURS
from socle.web import Appel, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Demandeur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, *ORGANISME, "agent-csc", "admin", "portail", "integration")),
]
SignataireSeul = Annotated[Appel[Ports], Depends(acces(Ports, "signataire"))]
Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Rectificateur = Annotated[Appel[Ports], Depends(acces(Ports, *RECTIFICATEURS))]
