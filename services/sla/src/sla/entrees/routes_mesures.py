"""Les mesures, leurs exclusions et leurs explications (SLA-3, SLA-8)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from sla.adaptateurs import vues
from sla.adaptateurs.rendus.page_explication import rendre
from sla.entrees.acces import Lecture, organisme_lu
from sla.entrees.champs import Indicateur, Numero, Organisme, Periode
from sla.entrees.schemas import ExclusionOut, MesureOut, Verdict
from sla.entrees.schemas_explication import ExplicationOut
from socle.web import Liste, PageDemandee, format_prefere

JSON, HTML = "application/json", "text/html"

routes = APIRouter(prefix="/v1", tags=["mesures"])

_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}

_EN_TETES_PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Vary": "Accept",
}


@routes.get("/mesures", response_model=Liste[MesureOut], summary="Lister les mesures")
async def lister_mesures(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    organisme: Organisme = None,
    periode: Periode = None,
    verdict: Verdict | None = None,
    exclue: Annotated[bool | None, Query(description="Hors du taux ajusté.")] = None,
    signalee: Annotated[bool | None, Query(description="Condition non tranchée.")] = None,
    numero: Numero = None,
) -> Response:
    """Une mesure par demande, jugée ou non, dans l'ordre des identifiants de demandes."""
    requete = vues.mesures_filtrees(
        indicateur=indicateur,
        organisme=organisme_lu(appel, organisme),
        periode=periode,
        verdict=verdict,
        exclue=exclue,
        signalee=signalee,
        numero=numero,
    )
    cles = (requete.selected_columns.id,)
    return await appel.lister(requete, Liste[MesureOut], cles=cles, page=page)


@routes.get("/mesures/{id}", response_model=MesureOut, summary="Lire la mesure d'une demande")
async def lire_mesure(id: UUID, appel: Lecture) -> Response:  # noqa: A002 -- le mot de l'adresse
    """L'identifiant est celui de la demande."""
    return await appel.lire(lambda cx: vues.mesure(cx, id, MesureOut.model_validate))


@routes.get(
    "/mesures/{id}/explication",
    response_model=ExplicationOut,
    responses=_PAGE,
    summary="Expliquer un verdict, intervalle par intervalle (SLA-3)",
)
async def expliquer_mesure(
    id: UUID,  # noqa: A002 -- le mot de l'adresse
    appel: Lecture,
    accept: Annotated[str, Header()] = JSON,
) -> Response:
    """En JSON, ou en page (`Accept: text/html`) avec la frise de la demande."""
    au = appel.horloge()
    explication = await appel.lire_brut(lambda cx: vues.explication(cx, id, au))
    if format_prefere(accept, (JSON, HTML)) == HTML:
        return Response(rendre(explication), headers=_EN_TETES_PAGE, media_type=HTML)
    corps = ExplicationOut.de(explication).model_dump_json()
    return Response(corps, headers={"Vary": "Accept"}, media_type=JSON)


@routes.get("/exclusions", response_model=Liste[ExclusionOut], summary="Lister les exclusions")
async def lister_exclusions(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    organisme: Organisme = None,
    periode: Periode = None,
    condition: Annotated[str | None, Query(pattern="^[a-e]$", description="Condition.")] = None,
) -> Response:
    """Chaque condition qui retire une mesure du taux ajusté, avec sa preuve (SLA-8)."""
    requete = vues.exclusions(
        condition,
        indicateur=indicateur,
        organisme=organisme_lu(appel, organisme),
        periode=periode,
    )
    cles = (requete.selected_columns.mesure_id, requete.selected_columns.condition)
    return await appel.lister(requete, Liste[ExclusionOut], cles=cles, page=page)
