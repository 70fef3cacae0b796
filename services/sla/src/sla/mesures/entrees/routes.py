"""Les mesures, leurs exclusions et leurs explications (SLA-3, SLA-8)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from starlette.responses import Response, StreamingResponse

from contrats.base import CodeOrganisme
from pages import politique
from pages.tableur import diffuser
from sla.exclusions.entrees.schemas import EtatExclusion
from sla.fiches.entrees.schemas import Indicateur, Periode, SujetId
from sla.mesures import cas_usage
from sla.mesures.adaptateurs import vues
from sla.mesures.adaptateurs.rendus.page_explication import rendre
from sla.mesures.entrees import tableur
from sla.mesures.entrees.acces import Condition, EcheanceJusqua, Lecture, Numero
from sla.mesures.entrees.schemas import ExclusionOut, ExplicationOut, MesureOut, Verdict
from socle.web import (
    Liste,
    PageDemandee,
    Routeur,
    format_prefere,
)

JSON, HTML, CSV = "application/json", "text/html", "text/csv"

routes = Routeur(prefix="/v1", tags=["mesures"])

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}


@routes.get(
    "/mesures", response_model=Liste[MesureOut], responses=_CSV, summary="Lister les mesures"
)
async def lister_mesures(
    appel: Lecture,
    page: PageDemandee,
    sujet: SujetId = None,
    indicateur: Indicateur = None,
    organisme: CodeOrganisme | None = None,
    periode: Periode = None,
    verdict: Verdict | None = None,
    exclue: Annotated[bool | None, Query(description="Hors du taux ajusté.")] = None,
    signalee: Annotated[bool | None, Query(description="Condition non tranchée.")] = None,
    numero: Numero = None,
    echeance_jusqua: EcheanceJusqua = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Une mesure par sujet et par indicateur qui le couvre, jugée ou non (SLA-10).

    En CSV (`Accept: text/csv`), toutes, sans pages.
    """
    filtre = vues.FiltreMesures(
        sujet=sujet,
        indicateur=indicateur,
        organisme=appel.filtre_organisme(organisme),
        periode=periode,
        verdict=verdict,
        exclue=exclue,
        signalee=signalee,
        numero=numero,
        echeance_jusqua=echeance_jusqua,
    )
    if format_prefere(accept, (JSON, CSV)) == CSV:
        lots = tableur.lots(appel.tout_lister(vues.MESURES, filtre))
        return StreamingResponse(
            diffuser(tableur.COLONNES, lots), headers=tableur.EN_TETES, media_type=CSV
        )
    reponse = await appel.lister(vues.MESURES, filtre, Liste[MesureOut], page=page)
    reponse.headers["Vary"] = "Accept"
    return reponse


@routes.get("/mesures/{id}", response_model=MesureOut, summary="Lire une mesure")
async def lire_mesure(id: UUID, appel: Lecture) -> Response:  # noqa: A002 -- le mot de l'adresse
    """La mesure d'un sujet par un indicateur; son identifiant survit aux versions de la fiche."""
    return await appel.lire(vues.MESURE.de(id), MesureOut.model_validate)


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
    """En JSON, ou en page (`Accept: text/html`) avec la frise de la mesure."""
    au = appel.horloge()
    explication = await appel.consulter(lambda ports: cas_usage.expliquer_mesure(id, ports, au=au))
    if format_prefere(accept, (JSON, HTML)) == HTML:
        en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
        return Response(rendre(explication), headers=en_tetes, media_type=HTML)
    corps = ExplicationOut.model_validate(explication).model_dump_json()
    return Response(corps, headers={"Vary": "Accept"}, media_type=JSON)


@routes.get("/exclusions", response_model=Liste[ExclusionOut], summary="Lister les exclusions")
async def lister_exclusions(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    organisme: CodeOrganisme | None = None,
    periode: Periode = None,
    condition: Condition = None,
    etat: Annotated[
        EtatExclusion | None, Query(description="En vigueur, ou annulée; toutes sinon.")
    ] = None,
) -> Response:
    """Ce qui retire une mesure du taux ajusté, de la fiche ou d'une personne (SLA-8).

    Annulée, une exclusion reste listée : la mesure est alors au taux.
    """
    filtre = vues.FiltreExclusions(
        indicateur=indicateur,
        organisme=organisme,
        periode=periode,
        condition=condition,
        etat=etat,
    )
    return await appel.lister(vues.EXCLUSIONS, filtre, Liste[ExclusionOut], page=page)
