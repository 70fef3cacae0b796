"""Les rapports mensuels (SLA-9)."""

import asyncio
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from noyau import Mois
from pages import politique
from sla.base import LECTEURS, MCN
from sla.rapports.adaptateurs import conversion, vues
from sla.rapports.adaptateurs.rendus import page_rapport, papier_rapport
from sla.rapports.cas_usage import (
    ArreterExecution,
    DemanderExecution,
    ReprendreExecution,
    Vise,
    arreter_execution,
    demander_execution,
    etablir,
    exiger_connu,
    reprendre_execution,
)
from sla.rapports.domaine.rapport import Rapport
from sla.rapports.entrees.schemas import (
    ExecutionIn,
    ExecutionOut,
    RapportGardeOut,
    RapportOut,
    TraitementOut,
)
from sla.rapports.ports import Ports
from socle import champs
from socle.web import LOCATION, Appel, Liste, PageDemandee, Routeur, acces, format_prefere, uuid7

JSON, HTML, PDF = "application/json", "text/html", "application/pdf"
Demande = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

PeriodeNommee = Annotated[champs.Periode, Path(description="Un mois civil, « aaaa-mm ».")]

routes = Routeur(prefix="/v1", tags=["rapports"])

_FORMES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            HTML: {"schema": {"type": "string"}},
            PDF: {"schema": {"type": "string", "format": "binary"}},
        }
    },
    409: {"description": "Le mois que l'on demande n'est pas fini."},
}


@routes.get(
    "/rapports", response_model=Liste[RapportGardeOut], summary="Lister les rapports gardés (SLA-9)"
)
async def lister_rapports(
    appel: Lecture,
    page: PageDemandee,
    periode: champs.Periode | None = None,
    organisme: CodeOrganisme | None = None,
) -> Response:
    """Un mois en a plusieurs si ce qu'on en sait a changé; un organisme ne voit que les siens."""
    filtre = vues.FiltreGardes(periode=periode, organisme=organisme)
    return await appel.lister(
        vues.GARDES, filtre, Liste[RapportGardeOut], page=page, presenter=RapportGardeOut.de
    )


@routes.get(
    "/rapports/{periode}",
    response_model=RapportOut,
    responses=_FORMES,
    summary="Lire le rapport d'un mois, en page ou sur papier (SLA-9)",
)
async def lire_rapport(
    periode: PeriodeNommee,
    appel: Lecture,
    organisme: CodeOrganisme | None = None,
    empreinte: Annotated[
        str | None,
        Query(
            pattern="^[0-9a-f]{64}$",
            description="Celle d'un rapport gardé; absente : établi à l'instant.",
        ),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """En JSON, en page (`Accept: text/html`) ou en PDF accessible (`application/pdf`).

    Établi à l'instant; sous une empreinte, celui qui fut gardé, tel quel.

    Un organisme lit le sien; sans organisme, le MCN lit celui de tous. D'un mois pas encore fermé
    (SLA-7), le rapport se dit provisoire; d'un mois qui n'est pas fini, il est refusé (409).
    """
    forme = format_prefere(accept, (JSON, HTML, PDF))
    vise = Vise(Mois.lire(periode), appel.filtre_organisme(organisme))
    if empreinte is not None:
        garde = await appel.lire_brut(vues.garde(periode, vise.organisme, empreinte))
        return await asyncio.to_thread(_rendre, conversion.lire(garde), empreinte, forme)
    rapport = await appel.consulter(partial(_etablir, appel, vise))
    return await asyncio.to_thread(_rendre, rapport, conversion.empreinte(rapport), forme)


async def _etablir(appel: Appel[Ports], vise: Vise, ports: Ports) -> Rapport:
    if vise.organisme is not None and appel.acteur.est_mcn:
        await exiger_connu(vise.organisme, ports)
    return await etablir(vise, ports, le=appel.horloge())


def _rendre(rapport: Rapport, sceau: str, forme: str) -> Response:
    varie = {"Vary": "Accept"}
    if forme == JSON:
        corps = RapportOut.de(rapport, sceau).model_dump_json()
        return Response(corps, headers=varie, media_type=JSON)
    if forme == PDF:
        nom = f"rapport-{rapport.periode}{f'-{rapport.organisme}' if rapport.organisme else ''}.pdf"
        en_tetes = {**varie, "Content-Disposition": f'inline; filename="{nom}"'}
        return Response(papier_rapport.rendre(rapport, sceau), headers=en_tetes, media_type=PDF)
    en_tetes = {**varie, "Content-Security-Policy": politique()}
    return Response(page_rapport.rendre(rapport, sceau), headers=en_tetes, media_type=HTML)


@routes.post(
    "/executions-rapports",
    status_code=202,
    response_model=ExecutionOut,
    responses={202: {"model": ExecutionOut, "headers": LOCATION}},
    summary="Établir et garder tous les rapports d'un mois (SLA-9)",
)
async def demander_rapports(corps: ExecutionIn, appel: Demande) -> Response:
    """Le relais les établit ensuite un à un; une exécution inachevée du même mois : 409."""
    return await appel.ecrire(
        demander_execution,
        DemanderExecution(id=uuid7(), periode=corps.mois),
        ExecutionOut.model_validate,
        statut=202,
        emplacement=lambda execution: f"/v1/executions-rapports/{execution.id}",
    )


@routes.get(
    "/executions-rapports",
    response_model=Liste[ExecutionOut],
    summary="Lister les établissements de rapports (SLA-9)",
)
async def lister_executions_rapports(
    appel: Demande, page: PageDemandee, periode: champs.Periode | None = None
) -> Response:
    """Le dernier demandé d'abord."""
    filtre = vues.FiltreExecutions(periode=periode)
    return await appel.lister(
        vues.EXECUTIONS,
        filtre,
        Liste[ExecutionOut],
        page=page,
        presenter=lambda ligne: ExecutionOut.model_validate(vues.execution(ligne)),
    )


@routes.get(
    "/executions-rapports/{execution_id}",
    response_model=ExecutionOut,
    summary="Suivre un établissement de rapports (SLA-9)",
)
async def lire_execution_rapports(execution_id: UUID, appel: Demande) -> Response:
    """Combien de rapports sont établis, et combien n'ont pu l'être."""
    return await appel.lire(
        vues.EXECUTION.de(execution_id),
        lambda ligne: ExecutionOut.model_validate(vues.execution(ligne)),
    )


@routes.get(
    "/executions-rapports/{execution_id}/rapports",
    response_model=Liste[TraitementOut],
    summary="Lister les rapports d'un établissement (SLA-9)",
)
async def lister_traitements_rapports(
    execution_id: UUID, appel: Demande, page: PageDemandee
) -> Response:
    """Par organisme, celui de tous d'abord; celui qui n'a pu s'établir dit pourquoi."""
    return await appel.lister(
        vues.TRAITEMENTS,
        vues.FiltreTraitements(execution_id=execution_id),
        Liste[TraitementOut],
        page=page,
        presenter=TraitementOut.de,
        sous=vues.EXECUTION.de(execution_id),
    )


@routes.post(
    "/executions-rapports/{execution_id}/arret",
    response_model=ExecutionOut,
    summary="Arrêter un établissement de rapports (SLA-9)",
)
async def arreter_rapports(execution_id: UUID, appel: Demande) -> Response:
    """Les rapports établis le restent, les autres attendent une reprise; terminé : 409."""
    commande = ArreterExecution(execution_id)
    return await appel.ecrire(arreter_execution, commande, ExecutionOut.model_validate)


@routes.post(
    "/executions-rapports/{execution_id}/reprise",
    response_model=ExecutionOut,
    summary="Reprendre un établissement de rapports (SLA-9)",
)
async def reprendre_rapports(execution_id: UUID, appel: Demande) -> Response:
    """N'établit que ce qui manque : ce qui restait d'un arrêt, et ce qui fut mis de côté."""
    commande = ReprendreExecution(execution_id)
    return await appel.ecrire(reprendre_execution, commande, ExecutionOut.model_validate)
