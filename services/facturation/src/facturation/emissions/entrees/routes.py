"""Les routes des émissions : exécutions et aperçu."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import DATEE, LECTEURS, MCN
from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    ApercevoirFacture,
    ApercuVu,
    ApprouverApercus,
    ArreterExecution,
    DemanderExecution,
    ReprendreExecution,
    RetirerApprobation,
    apercevoir_facture,
    approuver_apercus,
    arreter_execution,
    demander_execution,
    reprendre_execution,
    retirer_approbation,
    viser,
)
from facturation.emissions.domaine.executions import (
    Apercu,
    EtatTraitement,
    exiger_apercu_borne,
    exiger_commencee,
)
from facturation.emissions.domaine.suivi import EtatExecution, Suivi
from facturation.emissions.entrees import page as rendu
from facturation.emissions.entrees import schemas as s
from facturation.emissions.ports import Ports
from facturation.factures.adaptateurs.rendus.lecture import Precedent
from facturation.factures.adaptateurs.rendus.lectures import lire_precedent
from noyau import Mois, jour_de_quebec
from pages import politique
from socle.champs import Periode
from socle.web import (
    LOCATION,
    Appel,
    Liste,
    PageDemandee,
    Probleme,
    Routeur,
    acces,
    format_prefere,
    uuid7,
)

Emission = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Apercevoir = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["facturation"])

JSON, HTML = "application/json", "text/html"
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "L'aperçu, dans le format demandé par Accept.",
        "content": {HTML: {"schema": {"type": "string"}}},
    }
}


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

    Un mois jamais émis, qu'elle fermerait, se dit dans « sauter »; sinon, 409, qui le nomme.
    Un organisme voit l'aperçu du sien; le MCN seul émet.
    """
    if corps.apercu:
        return await _apercevoir(corps, appel)
    if not appel.acteur.est_mcn:
        raise Probleme(403)
    return await appel.ecrire(
        demander_execution,
        DemanderExecution(
            id=uuid7(),
            periode=corps.mois,
            organisme=corps.organisme,
            approuves_seulement=corps.approuves_seulement,
            sautes=corps.sautes,
        ),
        _suivie(appel),
        statut=202,
        emplacement=lambda suivi: f"/v1/executions/{suivi.execution.id}",
    )


async def _apercevoir(corps: s.ExecutionIn, appel: Apercevoir) -> Response:
    """Chaque organisme se lit dans sa transaction, par les ports mêmes de l'émission."""
    exiger_commencee(corps.mois, jour_de_quebec(appel.horloge()))
    vise = appel.filtre_organisme(corps.organisme)
    vises = await appel.consulter(partial(viser, vise))
    exiger_apercu_borne(len(vises))
    demandes = [ApercevoirFacture(organisme=o, periode=corps.mois) for o in vises]
    apercus = [await appel.consulter(partial(apercevoir_facture, d)) for d in demandes]
    precedents = [await _precedent(appel, apercu, corps.periode) for apercu in apercus]
    return Response(
        await asyncio.to_thread(_ecrire_apercus, corps.periode, apercus, precedents),
        media_type=JSON,
    )


def _ecrire_apercus(
    periode: str, apercus: Sequence[Apercu], precedents: Sequence[Precedent | None]
) -> str:
    organismes = list(map(s.ApercuOrganismeOut.de, apercus, precedents))
    return s.ApercuOut(periode=periode, organismes=organismes).model_dump_json()


@routes.get(
    "/apercus",
    response_model=s.ApercuOrganismeOut,
    responses={**_PAGE, **DATEE},
    operation_id="lire_apercu",
    summary="Lire l'aperçu d'un organisme, ou en voir la page (FAC-7, FAC-9)",
)
async def lire_apercu(
    appel: Apercevoir,
    periode: Annotated[Periode | None, Query(description="Absente : le mois qui court.")] = None,
    organisme: CodeOrganisme | None = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Le calcul de l'émission, rien d'écrit : application/json, ou text/html.

    La page est celle du document à venir : ce qui a changé, puis chaque ligne qui s'explique.
    """
    aujourdhui = jour_de_quebec(appel.horloge())
    vise, mois = appel.organisme(organisme), Mois.lire(periode) if periode else Mois.de(aujourdhui)
    voulu = format_prefere(accept, (JSON, HTML))
    exiger_commencee(mois, aujourdhui)
    await appel.consulter(partial(viser, vise))
    apercu = await appel.consulter(
        partial(apercevoir_facture, ApercevoirFacture(organisme=vise, periode=mois))
    )
    precedent = await _precedent(appel, apercu, str(mois))
    en_tetes = {"Vary": "Accept"}
    if voulu == HTML:
        corps = await asyncio.to_thread(rendu.rendre, apercu, str(mois), precedent)
        en_tetes["Content-Security-Policy"] = politique()
        return Response(corps, headers=en_tetes, media_type=HTML)
    sortie = await asyncio.to_thread(s.ApercuOrganismeOut.de, apercu, precedent)
    return Response(sortie.model_dump_json(), headers=en_tetes, media_type=JSON)


async def _precedent(appel: Apercevoir, apercu: Apercu, periode: str) -> Precedent | None:
    """Le document auquel se compare un projet."""
    if apercu.projet is None:
        return None
    return await lire_precedent(appel.lire_brut, apercu.organisme, periode)


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
