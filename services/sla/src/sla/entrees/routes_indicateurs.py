"""Ce qui se mesure et comment : indicateurs, taux, calendriers (SLA-1, SLA-4)."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from calendrier import ANNEE_MAX, ANNEE_MIN, lire_versions
from sla.adaptateurs import vues_taux
from sla.adaptateurs.calendriers import calendrier_applique
from sla.entrees.acces import Lecture, organisme_lu
from sla.entrees.champs import Exercice, Indicateur, Organisme, Periode
from sla.entrees.schemas import CalendrierOut, IndicateurOut, TauxOut
from socle.noyau import Mois, jour_de_quebec
from socle.web import Liste, PageDemandee

routes = APIRouter(prefix="/v1", tags=["indicateurs"])


@routes.get(
    "/indicateurs", response_model=Liste[IndicateurOut], summary="Lister les indicateurs en vigueur"
)
async def lister_indicateurs(
    appel: Lecture,
    page: PageDemandee,
    le: Annotated[date | None, Query(description="Date lue; aujourd'hui par défaut.")] = None,
) -> Response:
    """Les indicateurs des fiches en vigueur à la date lue (CAT-5)."""
    requete = vues_taux.indicateurs_au(le or jour_de_quebec(appel.horloge()))
    cles = (requete.selected_columns.code, requete.selected_columns.fiche)
    return await appel.lister(
        requete, Liste[IndicateurOut], cles=cles, page=page, presenter=IndicateurOut.de_ligne
    )


@routes.get("/taux", response_model=Liste[TauxOut], summary="Lire les taux, brut et ajusté")
async def lister_taux(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    periode: Periode = None,
    organisme: Organisme = None,
    exercice: Exercice = None,
) -> Response:
    """Par mois, ou d'un bloc pour un exercice; le MCN a aussi la ligne de tous les organismes."""
    mois = None if periode is None else Mois.lire(periode)
    requete = vues_taux.taux(
        indicateur=indicateur,
        organisme=organisme_lu(appel, organisme),
        periode=mois,
        exercice=exercice,
        le=_dernier_jour(mois, exercice) or jour_de_quebec(appel.horloge()),
    )
    colonnes = requete.selected_columns
    cles = (colonnes.indicateur, colonnes.exercice, colonnes.periode, colonnes.organisme)
    return await appel.lister(
        requete, Liste[TauxOut], cles=cles, page=page, presenter=TauxOut.de_ligne
    )


@routes.get("/calendriers", response_model=Liste[CalendrierOut], summary="Lister les calendriers")
async def lister_calendriers(
    appel: Lecture,
    annee: Annotated[
        int | None,
        Query(ge=ANNEE_MIN, le=ANNEE_MAX, description="Année des jours fériés; la courante."),
    ] = None,
) -> Response:
    """Les versions du calendrier livrées, avec leurs jours fériés d'une année (SLA-1)."""
    applique = calendrier_applique().version
    lue = annee or jour_de_quebec(appel.horloge()).year
    versions = [CalendrierOut.de(v, lue, applique=v == applique) for v in lire_versions()]
    corps = Liste[CalendrierOut](elements=versions)
    return Response(corps.model_dump_json(), media_type="application/json")


def _dernier_jour(mois: Mois | None, exercice: str | None) -> date | None:
    """Le dernier jour de la période demandée, s'il y en a une."""
    if mois is not None:
        return mois.fin - timedelta(days=1)
    return None if exercice is None else date(int(exercice[5:]), 3, 31)
