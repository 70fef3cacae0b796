"""Les alertes annoncées (SLA-6)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from sla.alertes.adaptateurs import vues
from sla.alertes.entrees.schemas import AlerteOut, Nature
from sla.alertes.ports import Ports
from sla.base import LECTEURS
from sla.fiches.entrees.schemas import Indicateur, SujetId
from socle.web import Appel, Liste, PageDemandee, Routeur, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["mesures"])


@routes.get("/alertes", response_model=Liste[AlerteOut], summary="Lister les alertes annoncées")
async def lister_alertes(
    appel: Lecture,
    page: PageDemandee,
    nature: Nature | None = None,
    indicateur: Indicateur = None,
    organisme: CodeOrganisme | None = None,
    mesure: Annotated[UUID | None, Query(description="Celles d'une mesure.")] = None,
    sujet: SujetId = None,
) -> Response:
    """La dernière d'abord; une alerte reste, même si un fait appris depuis la dément (SLA-6)."""
    filtre = vues.FiltreAlertes(
        organisme=organisme, indicateur=indicateur, nature=nature, mesure=mesure, sujet=sujet
    )
    return await appel.lister(vues.ALERTES, filtre, Liste[AlerteOut], page=page)
