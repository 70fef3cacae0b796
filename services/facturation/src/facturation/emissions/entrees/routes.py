"""Les routes des émissions : exécutions et aperçu."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import MCN
from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    ApercevoirFacture,
    ArreterExecution,
    DemanderExecution,
    ReprendreExecution,
    apercevoir_facture,
    arreter_execution,
    demander_execution,
    reprendre_execution,
    viser,
)
from facturation.emissions.domaine.executions import (
    Apercu,
    EtatTraitement,
    exiger_apercu_borne,
    exiger_commencee,
)
from facturation.emissions.domaine.suivi import EtatExecution, Suivi
from facturation.emissions.entrees import schemas as s
from facturation.emissions.ports import Ports
from noyau import jour_de_quebec
from socle.champs import Periode
from socle.web import LOCATION, Appel, Liste, PageDemandee, Routeur, acces, uuid7

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
        _suivie(appel),
        statut=202,
        emplacement=lambda suivi: f"/v1/executions/{suivi.execution.id}",
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
    "/executions",
    response_model=Liste[s.ExecutionListeeOut],
    operation_id="lister_executions",
    summary="Lister les exécutions (FAC-6)",
)
async def lister_executions(
    appel: Emission,
    page: PageDemandee,
    periode: Periode | None = None,
    etat: EtatExecution | None = None,
    organisme: Annotated[
        CodeOrganisme | None, Query(description="Celles demandées pour lui seul.")
    ] = None,
) -> Response:
    """La dernière demandée d'abord, chacune avec ce qu'elle a fait de ses organismes."""
    filtre = vues.FiltreExecutions(periode=periode, etat=etat, organisme=organisme)
    return await appel.lister(
        vues.EXECUTIONS,
        filtre,
        Liste[s.ExecutionListeeOut],
        page=page,
        presenter=lambda ligne: s.ExecutionListeeOut.de(vues.suivi_de(ligne)),
    )


@routes.get(
    "/executions/{execution_id}",
    response_model=s.ExecutionOut,
    summary="Suivre une exécution (FAC-6)",
)
async def lire_execution(execution_id: UUID, appel: Emission) -> Response:
    """L'état se lit pendant l'exécution : part faite, montant émis, fin estimée."""
    suivi = await appel.consulter(lambda ports: ports.executions.suivre(execution_id))
    corps = s.ExecutionOut.du(suivi, appel.horloge()).model_dump_json()
    return Response(corps, media_type="application/json")


@routes.get(
    "/executions/{execution_id}/traitements",
    response_model=Liste[s.TraitementOut],
    operation_id="lister_traitements",
    summary="Lister les organismes d'une exécution (FAC-6)",
)
async def lister_traitements(
    execution_id: UUID, appel: Emission, page: PageDemandee, etat: EtatTraitement | None = None
) -> Response:
    """Par code; un organisme en attente dit pourquoi."""
    return await appel.lister(
        vues.TRAITEMENTS,
        vues.FiltreTraitements(execution_id=execution_id, etat=etat),
        Liste[s.TraitementOut],
        page=page,
        sous=vues.EXECUTION.de(execution_id),
    )


@routes.post(
    "/executions/{execution_id}/arret",
    response_model=s.ExecutionOut,
    operation_id="arreter_execution",
    summary="Arrêter une exécution (FAC-6)",
)
async def arreter(execution_id: UUID, appel: Emission) -> Response:
    """Ce qui est émis le reste, le reste attend une reprise; terminée : 409."""
    return await appel.ecrire(arreter_execution, ArreterExecution(execution_id), _suivie(appel))


@routes.post(
    "/executions/{execution_id}/reprise",
    response_model=s.ExecutionOut,
    operation_id="reprendre_execution",
    summary="Reprendre une exécution, mis de côté compris (FAC-6)",
)
async def reprendre(execution_id: UUID, appel: Emission) -> Response:
    """N'émet que ce qui manque : ce qui restait d'un arrêt, et ce qui fut mis de côté."""
    return await appel.ecrire(reprendre_execution, ReprendreExecution(execution_id), _suivie(appel))


def _suivie(appel: Emission) -> Callable[[Suivi], s.ExecutionOut]:
    return lambda suivi: s.ExecutionOut.du(suivi, appel.horloge())
