"""Les routes des émissions : exécutions et aperçu."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import LECTEURS, MCN
from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    ApercevoirFacture,
    ApercuVu,
    ApprouverApercus,
    DemanderExecution,
    RetirerApprobation,
    apercevoir_facture,
    approuver_apercus,
    demander_execution,
    retirer_approbation,
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
from socle.champs import Periode
from socle.web import (
    LOCATION,
    Appel,
    Liste,
    PageDemandee,
    Probleme,
    Routeur,
    acces,
    uuid7,
)

Emission = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Apercevoir = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

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
async def executer(corps: s.ExecutionIn, appel: Apercevoir) -> Response:
    """L'aperçu est le même calcul que l'émission; l'émission exige toute la période reçue (409).

    Un organisme voit l'aperçu du sien; le MCN seul émet.
    """
    if corps.apercu:
        return await _apercevoir(corps, appel)
    if not appel.acteur.est_mcn:
        raise Probleme(403)
    return await appel.ecrire(
        demander_execution,
        DemanderExecution(id=uuid7(), periode=corps.mois, organisme=corps.organisme),
        s.ExecutionOut.de,
        statut=202,
        emplacement=lambda execution: f"/v1/executions/{execution.id}",
    )


async def _apercevoir(corps: s.ExecutionIn, appel: Apercevoir) -> Response:
    """Chaque organisme se lit dans sa transaction, par les ports mêmes de l'émission."""
    exiger_commencee(corps.mois, jour_de_quebec(appel.horloge()))
    vise = appel.filtre_organisme(corps.organisme)
    vises = await appel.consulter(partial(viser, vise))
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


@routes.post(
    "/approbations",
    response_model=s.ApprobationsOut,
    operation_id="approuver_apercus",
    summary="Approuver des aperçus : leur émission suivra le même horizon (FAC-7)",
)
async def approuver(corps: s.ApprobationIn, appel: Emission) -> Response:
    """Chaque aperçu se nomme par son empreinte; l'un refusé n'empêche pas les autres."""
    vus = tuple(
        ApercuVu(id=uuid7(), organisme=vu.organisme, empreinte=vu.empreinte) for vu in corps.apercus
    )
    return await appel.ecrire(
        approuver_apercus,
        ApprouverApercus(periode=corps.mois, vus=vus),
        lambda sorts: s.ApprobationsOut(
            periode=corps.periode, sorts=[*map(s.ApercuTraiteOut.de, sorts)]
        ),
    )


@routes.get(
    "/approbations",
    response_model=Liste[s.ApprobationOut],
    summary="Lister les aperçus approuvés, retraits compris (FAC-7)",
)
async def lister_approbations(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    periode: Periode | None = None,
) -> Response:
    """Par période et organisme; un organisme ne voit que les siennes."""
    filtre = vues.FiltreApprobations(organisme=organisme, periode=periode)
    return await appel.lister(vues.APPROBATIONS, filtre, Liste[s.ApprobationOut], page=page)


@routes.get(
    "/approbations/{approbation_id}",
    response_model=s.ApprobationLueOut,
    summary="Lire une approbation, et ce qu'on a appris depuis (FAC-7)",
)
async def lire_approbation(approbation_id: UUID, appel: Lecture) -> Response:
    """Ce qu'on apprend après l'approbation va à la période ouverte, avec sa période d'origine."""
    return await appel.lire(vues.approbation(approbation_id), s.ApprobationLueOut.model_validate)


@routes.post(
    "/approbations/{approbation_id}/retrait",
    response_model=s.ApprobationOut,
    operation_id="retirer_approbation",
    summary="Retirer une approbation avant l'émission (FAC-7)",
)
async def retirer(approbation_id: UUID, corps: s.RetraitIn, appel: Emission) -> Response:
    """L'émission ne la suivra plus; le document émis, il est trop tard (409)."""
    return await appel.ecrire(
        retirer_approbation,
        RetirerApprobation(id=approbation_id, motif=corps.motif),
        s.ApprobationOut.de,
    )
