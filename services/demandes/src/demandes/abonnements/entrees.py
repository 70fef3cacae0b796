"""Les routes des abonnements sans actif (FAC-1, DEM-5, TEL-1)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from demandes.abonnements.adaptateurs import vues
from demandes.abonnements.cas_usage import ResilierAbonnement, resilier_abonnement
from demandes.abonnements.ports import Ports
from demandes.demande.domaine.demande import Sorte
from demandes.roles import LECTEURS
from socle.champs import Jour
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
Resiliant = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "agent-csc", "admin"))]


class ResiliationIn(Entree):
    """La fin d'un abonnement, exclue; absente : aujourd'hui."""

    model_config = exemple({"fin": "2026-10-01"})

    fin: Jour | None = None


class AbonnementOut(Sortie):
    """Un abonnement sans actif, sur `[debut, fin)`."""

    id: UUID
    organisme: str
    service: Sorte = Field(description="La sorte de la demande qui l'ouvre.")
    demande_id: UUID
    debut: date
    souscrit_le: datetime | None = Field(
        description="Quand la demande l'a ouvert; null : rectifiée, elle ne l'ouvre plus (DEM-13)."
    )
    site: str | None = Field(description="Celui de la demande.")
    imputation: str | None = Field(description="Celle de la demande (FAC-16).")
    fin: date | None
    version: int


routes = Routeur(prefix="/v1", tags=["parc"])
_SANS_DATE = ResiliationIn()


@routes.get(
    "/abonnements",
    response_model=Liste[AbonnementOut],
    operation_id="lister_abonnements",
    summary="Lister les abonnements sans actif (FAC-1)",
)
async def lister(
    appel: Lecture,
    filtre: Annotated[vues.FiltreAbonnements, lu(vues.FiltreAbonnements)],
    page: PageDemandee,
) -> Response:
    """Une demande complétée de soutien étendu ou de lien physique en ouvre un."""
    return await appel.lister(vues.ABONNEMENTS, filtre, Liste[AbonnementOut], page=page)


@routes.post(
    "/abonnements/{abonnement_id}/resiliation",
    response_model=AbonnementOut,
    operation_id="resilier_abonnement",
    summary="Résilier un abonnement sans actif (FAC-5, TEL-1)",
)
async def resilier(
    abonnement_id: UUID, appel: Resiliant, corps: ResiliationIn = _SANS_DATE
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard, après le jour où il commence.

    L'engagement qui reste se facture (FAC-5); une machine ne résilie pas.
    """
    commande = ResilierAbonnement(abonnement_id=abonnement_id, fin=corps.fin)
    return await appel.ecrire(resilier_abonnement, commande, AbonnementOut.model_validate)


@routes.get(
    "/abonnements-soutien",
    response_model=Liste[AbonnementOut],
    operation_id="lister_abonnements_soutien",
    summary="Lister les abonnements au soutien étendu (DEM-5)",
)
async def lister_soutien(
    appel: Lecture,
    filtre: Annotated[vues.FiltreSoutien, lu(vues.FiltreSoutien)],
    page: PageDemandee,
) -> Response:
    """Une demande de soutien étendu complétée en ouvre un."""
    return await appel.lister(vues.SOUTIEN, filtre, Liste[AbonnementOut], page=page)


@routes.post(
    "/abonnements-soutien/{abonnement_id}/resiliation",
    response_model=AbonnementOut,
    operation_id="resilier_abonnement_soutien",
    summary="Résilier un abonnement au soutien étendu (DEM-5)",
)
async def resilier_soutien(
    abonnement_id: UUID, appel: Resiliant, corps: ResiliationIn = _SANS_DATE
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard, après le jour où il commence."""
    commande = ResilierAbonnement(
        abonnement_id=abonnement_id, fin=corps.fin, service=Sorte.SOUTIEN_ETENDU
    )
    return await appel.ecrire(resilier_abonnement, commande, AbonnementOut.model_validate)
