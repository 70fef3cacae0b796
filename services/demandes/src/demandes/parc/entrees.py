"""Les routes du parc (DEM-7)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from demandes.parc.adaptateurs import vues
from demandes.parc.cas_usage import SignalerPerte, recuperer_actif, signaler_perte
from demandes.parc.domaine import EtatActif, Nature, Recuperation
from demandes.parc.ports import Ports
from demandes.roles import CSC, LECTEURS
from socle.web import Appel, Entree, Liste, PageDemandee, Sortie, acces, exemple, lu
from socle.web.champs import Jour

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Declarant = Annotated[
    Appel[Ports], Depends(acces(Ports, "demandeur", "gestionnaire", *CSC, "portail", "itsm"))
]
FaitLe = Annotated[
    Jour | None, Field(description="Date de Québec du fait; absente : aujourd'hui. Jamais future.")
]


class RecuperationIn(Entree):
    """La récupération d'un actif (FAC-1)."""

    model_config = exemple({"fait_le": "2026-09-15"})

    fait_le: FaitLe = None


class PerteIn(Entree):
    """La perte d'un actif, et sa nature (FAC-2)."""

    model_config = exemple({"nature": "vol"})

    nature: Nature
    fait_le: FaitLe = None


class ActifOut(Sortie):
    """Un actif du parc."""

    id: UUID
    organisme: str
    produit: str
    demande_id: UUID
    article_id: UUID
    livre_le: datetime
    utilisateur_id: str | None
    site: str | None
    etat: EtatActif
    fin_le: date | None
    nature: Nature | None
    version: int


routes = APIRouter(prefix="/v1/actifs", tags=["parc"])
_AUJOURDHUI = RecuperationIn()


@routes.get("", response_model=Liste[ActifOut], summary="Lister le parc (DEM-7)")
async def lister_actifs(
    appel: Lecture,
    filtre: Annotated[vues.FiltreActifs, lu(vues.FiltreActifs)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que le sien."""
    return await appel.lister(vues.ACTIFS, filtre, Liste[ActifOut], page=page)


@routes.get("/{actif_id}", response_model=ActifOut, summary="Lire un actif")
async def lire_actif(actif_id: UUID, appel: Lecture) -> Response:
    """L'actif d'un autre organisme est introuvable (404)."""
    return await appel.lire(vues.ACTIF.de(actif_id), ActifOut.model_validate)


@routes.post(
    "/{actif_id}/recuperation",
    response_model=ActifOut,
    summary="Récupérer un actif (DEM-7, FAC-1)",
)
async def recuperer(actif_id: UUID, appel: Csc, corps: RecuperationIn = _AUJOURDHUI) -> Response:
    """Son abonnement finit ce jour-là, exclu; jamais avant la livraison, ni dans le futur."""
    voulue = Recuperation(actif_id=actif_id, fait_le=corps.fait_le)
    return await appel.ecrire(recuperer_actif, voulue, ActifOut.model_validate)


@routes.post(
    "/{actif_id}/perte",
    response_model=ActifOut,
    summary="Signaler la perte d'un actif (DEM-7, FAC-2)",
)
async def perdre(actif_id: UUID, corps: PerteIn, appel: Declarant) -> Response:
    """Perte, sinistre, vol ou vandalisme, à signaler dès que possible."""
    commande = SignalerPerte(actif_id=actif_id, nature=corps.nature, fait_le=corps.fait_le)
    return await appel.ecrire(signaler_perte, commande, ActifOut.model_validate)
