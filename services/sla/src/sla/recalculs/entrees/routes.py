"""Demander un recalcul, le lire, l'accepter (SLA-7)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from contrats.base import CodeOrganisme
from sla.base import MCN
from sla.fiches.entrees.schemas import Indicateur
from sla.recalculs.adaptateurs import vues
from sla.recalculs.cas_usage import (
    AccepterRecalcul,
    DemanderRecalcul,
    accepter_recalcul,
    demander_recalcul,
)
from sla.recalculs.entrees.schemas import DemandeOut, RecalculIn, RecalculOut, VerdictOut
from sla.recalculs.ports import Ports
from socle.bd.vues import SansFiltre
from socle.web import LOCATION, Appel, Liste, PageDemandee, Routeur, acces, uuid7

Demande = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]

routes = Routeur(prefix="/v1/recalculs", tags=["recalculs"])


@routes.post(
    "",
    status_code=202,
    response_model=DemandeOut,
    responses={202: {"model": DemandeOut, "headers": LOCATION}},
    operation_id="demander_recalcul",
    summary="Demander ce qu'un calendrier ou une fiche changerait (SLA-7)",
)
async def demander(corps: RecalculIn, appel: Demande) -> Response:
    """Le relais relit ensuite chaque sujet; rien de ce qui est mesuré ne change."""
    return await appel.ecrire(
        demander_recalcul,
        DemanderRecalcul(id=uuid7(), candidat=corps.candidat()),
        DemandeOut.model_validate,
        statut=202,
        emplacement=lambda recalcul: f"/v1/recalculs/{recalcul.id}",
    )


@routes.get("", response_model=Liste[DemandeOut], summary="Lister les recalculs (SLA-7)")
async def lister_recalculs(appel: Demande, page: PageDemandee) -> Response:
    """Le dernier demandé d'abord, sans leur bilan."""
    return await appel.lister(
        vues.RECALCULS, SansFiltre(), Liste[DemandeOut], page=page, presenter=DemandeOut.de
    )


@routes.get("/{recalcul_id}", response_model=RecalculOut, summary="Lire un recalcul (SLA-7)")
async def lire_recalcul(recalcul_id: UUID, appel: Demande) -> Response:
    """Où il en est, puis les taux et les corrections que le candidat ferait bouger."""
    return await appel.lire(vues.RECALCUL.de(recalcul_id), RecalculOut.de)


@routes.get(
    "/{recalcul_id}/verdicts",
    response_model=Liste[VerdictOut],
    summary="Lister les verdicts qu'un candidat ferait bouger (SLA-7)",
)
async def lister_verdicts_recalcules(
    recalcul_id: UUID,
    appel: Demande,
    page: PageDemandee,
    indicateur: Indicateur = None,
    organisme: CodeOrganisme | None = None,
) -> Response:
    """Chacun tel qu'il est et tel qu'il serait, avec les mois fermés qu'il corrigerait."""
    filtre = vues.FiltreVerdicts(
        recalcul_id=recalcul_id, indicateur=indicateur, organisme=organisme
    )
    return await appel.lister(
        vues.VERDICTS,
        filtre,
        Liste[VerdictOut],
        page=page,
        presenter=VerdictOut.de,
        sous=vues.CONNU.de(recalcul_id),
    )


@routes.post(
    "/{recalcul_id}/application",
    response_model=DemandeOut,
    operation_id="accepter_recalcul",
    summary="Accepter un recalcul : son candidat peut se publier (SLA-7)",
)
async def accepter_un_recalcul(recalcul_id: UUID, appel: Demande) -> Response:
    """Refusé (409), avec la différence, si ce qu'il a lu a changé; deux fois, sans effet."""
    return await appel.ecrire(
        accepter_recalcul, AccepterRecalcul(recalcul_id), DemandeOut.model_validate
    )
