"""Les routes des émissions : exécutions et aperçu."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from facturation.base import MCN
from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    ApercevoirFacture,
    DemanderExecution,
    apercevoir_facture,
    demander_execution,
    viser,
)
from facturation.emissions.domaine.executions import (
    Apercu,
    exiger_apercu_borne,
    exiger_commencee,
)
from facturation.emissions.entrees import schemas as s
from facturation.emissions.ports import Ports
from noyau import jour_de_quebec
from socle.web import LOCATION, Appel, Routeur, acces, uuid7

Emission = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]

routes = Routeur(prefix="/v1", tags=["facturation"])


@routes.post(
    "/executions",
    status_code=202,
    response_model=s.ExecutionOut | s.ApercuOut,
    responses={
        200: {"model": s.ApercuOut, "description": "Un aperçu : rien n'est écrit."},
        202: {"model": s.ExecutionOut, "headers": LOCATION},
    },
    operation_id="demander_execution",
    summary="Émettre une période, ou en voir l'aperçu (FAC-6, FAC-7)",
)
async def executer(corps: s.ExecutionIn, appel: Emission) -> Response:
    """L'aperçu est le même calcul que l'émission; l'émission exige toute la période reçue (409)."""
    if corps.apercu:
        return await _apercevoir(corps, appel)
    return await appel.ecrire(
        demander_execution,
        DemanderExecution(id=uuid7(), periode=corps.mois, organisme=corps.organisme),
        s.ExecutionOut.de,
        statut=202,
        emplacement=lambda execution: f"/v1/executions/{execution.id}",
    )


async def _apercevoir(corps: s.ExecutionIn, appel: Emission) -> Response:
    """Chaque organisme se lit dans sa transaction, par les ports mêmes de l'émission."""
    exiger_commencee(corps.mois, jour_de_quebec(appel.horloge()))
    vises = await appel.consulter(partial(viser, corps.organisme))
    exiger_apercu_borne(len(vises))
    demandes = [ApercevoirFacture(organisme=o, periode=corps.mois) for o in vises]
    apercus = [await appel.consulter(partial(apercevoir_facture, d)) for d in demandes]
    return Response(
        await asyncio.to_thread(_ecrire_apercus, corps.periode, apercus),
        media_type="application/json",
    )


def _ecrire_apercus(periode: str, apercus: Sequence[Apercu]) -> str:
    organismes = [s.ApercuOrganismeOut.de(apercu) for apercu in apercus]
    return s.ApercuOut(periode=periode, organismes=organismes).model_dump_json()


@routes.get(
    "/executions/{execution_id}",
    response_model=s.ExecutionOut,
    summary="Suivre une exécution, organisme par organisme (FAC-6)",
)
async def lire_execution(execution_id: UUID, appel: Emission) -> Response:
    """L'état se lit pendant l'exécution; un organisme en attente dit pourquoi."""
    return await appel.lire(vues.execution(execution_id), s.ExecutionOut.de)
