"""Les routes du soutien étendu (DEM-5)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from demandes.corps import InterventionIn
from demandes.roles import CSC, LECTEURS, REGISTRAIRES
from demandes.soutien.adaptateurs import vues
from demandes.soutien.cas_usage import ResilierSoutien, inscrire_intervention, resilier_soutien
from demandes.soutien.domaine import Intervention
from demandes.soutien.ports import Ports
from socle.web import Appel, Entree, Liste, PageDemandee, Sortie, acces, exemple, lu
from socle.web.champs import Jour

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Registraire = Annotated[Appel[Ports], Depends(acces(Ports, *REGISTRAIRES))]


class ResiliationIn(Entree):
    """La fin d'un abonnement, exclue; absente : aujourd'hui."""

    model_config = exemple({"fin": "2026-10-01"})

    fin: Jour | None = None


class AbonnementOut(Sortie):
    """Un abonnement au soutien étendu sur `[debut, fin)`."""

    id: UUID
    organisme: str
    demande_id: UUID
    debut: date
    fin: date | None
    version: int


class InterventionOut(Sortie):
    """Une intervention inscrite."""

    id: UUID
    organisme: str
    incident_id: UUID
    debut: datetime
    minutes: int
    deplacement: bool
    cloture: bool
    survenu_le: datetime


routes = APIRouter(prefix="/v1", tags=["parc"])
_SANS_DATE = ResiliationIn()


@routes.get(
    "/abonnements-soutien",
    response_model=Liste[AbonnementOut],
    summary="Lister les abonnements au soutien étendu (DEM-5)",
)
async def lister_abonnements(
    appel: Lecture,
    filtre: Annotated[vues.FiltreAbonnements, lu(vues.FiltreAbonnements)],
    page: PageDemandee,
) -> Response:
    """Une demande de soutien étendu complétée en ouvre un."""
    return await appel.lister(vues.ABONNEMENTS, filtre, Liste[AbonnementOut], page=page)


@routes.post(
    "/abonnements-soutien/{abonnement_id}/resiliation",
    response_model=AbonnementOut,
    summary="Résilier un abonnement au soutien étendu (DEM-5)",
)
async def resilier(
    abonnement_id: UUID, appel: Registraire, corps: ResiliationIn = _SANS_DATE
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard."""
    commande = ResilierSoutien(abonnement_id=abonnement_id, fin=corps.fin)
    return await appel.ecrire(resilier_soutien, commande, AbonnementOut.model_validate)


@routes.get(
    "/interventions",
    response_model=Liste[InterventionOut],
    summary="Lister les interventions de soutien étendu (DEM-5)",
)
async def lister_interventions(
    appel: Lecture,
    filtre: Annotated[vues.FiltreInterventions, lu(vues.FiltreInterventions)],
    page: PageDemandee,
) -> Response:
    """Celles d'un incident s'additionnent à sa clôture."""
    return await appel.lister(vues.INTERVENTIONS, filtre, Liste[InterventionOut], page=page)


@routes.post(
    "/interventions",
    status_code=201,
    response_model=InterventionOut,
    summary="Inscrire une intervention de soutien étendu (DEM-5, FAC-4)",
)
async def intervenir(corps: InterventionIn, appel: Csc) -> Response:
    """Refusée si l'organisme n'est pas abonné ce jour-là; répétée, elle n'a pas d'autre effet."""
    intervention = Intervention(survenu_le=corps.debut, **corps.champs())
    return await appel.ecrire(
        inscrire_intervention, intervention, InterventionOut.model_validate, statut=201
    )
