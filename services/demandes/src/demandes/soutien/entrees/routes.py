"""Les routes du soutien étendu (DEM-5)."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from demandes.corps import InterventionIn
from demandes.roles import CSC, LECTEURS, RECTIFICATEURS
from demandes.soutien.adaptateurs import vues
from demandes.soutien.cas_usage import (
    RectifierIntervention,
    inscrire_intervention,
    rectifier_intervention,
)
from demandes.soutien.domaine import Intervention, InterventionAnnoncee
from demandes.soutien.ports import Ports
from socle.champs import Instant, Motif
from socle.web import (
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
    exemple,
    lu,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Rectificateur = Annotated[Appel[Ports], Depends(acces(Ports, *RECTIFICATEURS))]
journal = structlog.get_logger()


class RectificationInterventionIn(Entree):
    """L'heure juste du début d'une intervention; null : elle est nulle."""

    model_config = exemple(
        {"survenu_le": "2026-09-10T22:30:00Z", "motif": "Saisie une demi-heure trop tôt."}
    )

    survenu_le: Instant | None
    motif: Motif


class InterventionOut(Sortie):
    """Une intervention inscrite."""

    id: UUID
    organisme: str
    incident_id: UUID
    debut: datetime
    minutes: int
    deplacement: bool
    cloture: bool
    fonction: str | None
    annonce_le: datetime = Field(description="Le début annoncé.")
    enregistre_le: datetime
    survenu_le: datetime | None = Field(
        description="Le début retenu, rectifié s'il y a lieu; null : elle est nulle (DEM-13)."
    )

    @classmethod
    def de_rectifiee(cls, *, nulle: bool) -> Callable[[Intervention], "InterventionOut"]:
        """Comment se montre une intervention qu'on vient de rectifier."""
        change = {"survenu_le": None} if nulle else {}
        return lambda rectifiee: cls.model_validate(rectifiee).model_copy(update=change)


routes = Routeur(prefix="/v1", tags=["parc"])


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
    operation_id="inscrire_intervention",
    summary="Inscrire une intervention de soutien étendu (DEM-5, FAC-4)",
)
async def intervenir(corps: InterventionIn, appel: Csc) -> Response:
    """Hors des heures du CSC, à un organisme abonné; répétée, elle n'a pas d'autre effet."""
    commande = InterventionAnnoncee(**corps.champs())
    return await appel.ecrire(
        inscrire_intervention, commande, InterventionOut.model_validate, statut=201
    )


@routes.post(
    "/interventions/{intervention_id}/rectification",
    response_model=InterventionOut,
    operation_id="rectifier_intervention",
    summary="Rectifier une intervention (DEM-13)",
)
async def rectifier(
    intervention_id: UUID, corps: RectificationInterventionIn, appel: Rectificateur
) -> Response:
    """Heure juste ou nullité; refusée (409) si l'incident ne se suit plus."""
    commande = RectifierIntervention(
        intervention_id=intervention_id, juste=corps.survenu_le, motif=corps.motif
    )
    return await appel.ecrire(
        rectifier_intervention,
        commande,
        InterventionOut.de_rectifiee(nulle=corps.survenu_le is None),
    )
