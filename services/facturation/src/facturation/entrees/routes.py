"""Les routes de facturation : exécutions, factures, abonnements, lignes en attente."""

import asyncio
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response

from contrats.base import CodeOrganisme, Periode
from facturation.adaptateurs import vues
from facturation.adaptateurs.rendus import pdf, tableur
from facturation.cas_usage.demander_execution import demander_execution
from facturation.domaine.executions import exiger_commencee
from facturation.entrees.acces import AppelFacturation, Lecture
from facturation.entrees.schemas import (
    AbonnementOut,
    ApercuOrganismeOut,
    ApercuOut,
    ExecutionIn,
    ExecutionOut,
    FactureOut,
    LigneEnAttenteOut,
    LigneOut,
    Numero,
    ResumeOut,
)
from socle.noyau import Conflit, jour_de_quebec
from socle.web import Liste, PageDemandee, format_prefere, uuid7

routes = APIRouter(prefix="/v1", tags=["facturation"])

APERCU_MAXIMUM = 20
"""Organismes d'un même aperçu : une réponse reste bornée."""

JSON, CSV, PDF = "application/json", "text/csv", "application/pdf"

_RENDUS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "La facture, dans le format demandé par Accept.",
        "content": {
            CSV: {"schema": {"type": "string"}},
            PDF: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@routes.post(
    "/executions",
    status_code=202,
    response_model=ExecutionOut | ApercuOut,
    responses={200: {"model": ApercuOut, "description": "Un aperçu : rien n'est écrit."}},
    summary="Émettre une période, ou en voir l'aperçu (FAC-6, FAC-7)",
)
async def executer(corps: ExecutionIn, appel: AppelFacturation) -> Response:
    """L'aperçu est le même calcul que l'émission; l'émission exige toute la période reçue (409)."""
    if not corps.apercu:
        return await appel.ecrire(
            demander_execution,
            corps.commande(uuid7()),
            ExecutionOut.de,
            statut=202,
            emplacement=lambda execution: f"/v1/executions/{execution.id}",
        )
    exiger_commencee(corps.mois, jour_de_quebec(appel.horloge()))
    vises = await appel.lire_brut(lambda cx: vues.organismes(cx, corps.organisme))
    if len(vises) > APERCU_MAXIMUM:
        raise Conflit(
            f"Un aperçu vise au plus {APERCU_MAXIMUM} organismes, et la période en compte"
            f" {len(vises)} : nommez-en un.",
            regle="FAC-7",
        )
    apercus = [
        await appel.lire_brut(partial(vues.apercu, periode=corps.mois, organisme=organisme))
        for organisme in vises
    ]
    rendu = ApercuOut(periode=corps.periode, organismes=[*map(ApercuOrganismeOut.de, apercus)])
    return JSONResponse(rendu.model_dump(mode="json"))


@routes.get(
    "/executions/{execution_id}",
    response_model=ExecutionOut,
    summary="Suivre une exécution, organisme par organisme (FAC-6)",
)
async def lire_execution(execution_id: UUID, appel: AppelFacturation) -> Response:
    """L'état se lit pendant l'exécution; un organisme en attente dit pourquoi."""
    execution = await appel.lire_brut(lambda cx: vues.execution(cx, execution_id))
    return JSONResponse(ExecutionOut.de(execution).model_dump(mode="json"))


@routes.get("/factures", response_model=Liste[ResumeOut], summary="Lister les factures émises")
async def lister_factures(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    periode: Periode | None = None,
) -> Response:
    """Un organisme ne voit que les siennes; par numéro croissant."""
    return await appel.lister(
        vues.factures(organisme=organisme, periode=periode),
        Liste[ResumeOut],
        cles=vues.FACTURES_CLES,
        page=page,
        presenter=ResumeOut.de_ligne,
    )


@routes.get(
    "/factures/{numero}",
    response_model=FactureOut,
    responses=_RENDUS,
    summary="Lire une facture : JSON, CSV ou PDF accessible (FAC-10)",
)
async def lire_facture(
    numero: Numero, appel: Lecture, accept: Annotated[str, Header(include_in_schema=False)] = JSON
) -> Response:
    """Le format suit Accept : application/json, text/csv ou application/pdf (PDF/UA-1)."""
    voulu = format_prefere(accept, (JSON, CSV, PDF))
    document = await appel.lire_brut(lambda cx: vues.facture(cx, numero))
    nom = f"facture-{numero}"
    if voulu == JSON:
        return JSONResponse(document, headers={"Vary": "Accept"})
    if voulu == CSV:
        corps, suffixe = tableur.rendre(document), "csv"
    else:
        corps, suffixe = await asyncio.to_thread(pdf.rendre, document), "pdf"
    en_tetes = {
        "Vary": "Accept",
        "Content-Disposition": f'attachment; filename="{nom}.{suffixe}"',
    }
    return Response(corps, headers=en_tetes, media_type=voulu)


@routes.get(
    "/factures/{numero}/lignes",
    response_model=Liste[LigneOut],
    summary="Lister les lignes d'une facture, expliquées (FAC-9)",
)
async def lister_lignes(numero: Numero, appel: Lecture, page: PageDemandee) -> Response:
    """Actif ou acte, événements, tarif et version, période d'origine, calcul en clair."""
    await appel.lire_brut(lambda cx: vues.exiger_facture(cx, numero))
    return await appel.lister(
        vues.lignes(numero),
        Liste[LigneOut],
        cles=vues.LIGNES_CLES,
        page=page,
        presenter=LigneOut.de_ligne,
    )


@routes.get(
    "/abonnements",
    response_model=Liste[AbonnementOut],
    summary="Lister les abonnements (FAC-1)",
)
async def lister_abonnements(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    le: Annotated[date | None, Query(description="Ceux qui courent ce jour-là.")] = None,
) -> Response:
    """Un par source et tarif mensuel : l'actif livré, ou l'abonnement sans actif."""
    return await appel.lister(
        vues.abonnements(organisme=organisme, le=le),
        Liste[AbonnementOut],
        cles=vues.ABONNEMENTS_CLES,
        page=page,
    )


@routes.get(
    "/lignes-en-attente",
    response_model=Liste[LigneEnAttenteOut],
    summary="Lister ce qui attend un montant applicable",
)
async def lister_attentes(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    levees: Annotated[bool, Query(description="Celles qui ont trouvé leur montant.")] = False,
) -> Response:
    """Sans montant applicable, une ligne attend : elle se facture dès qu'un tarif le donne."""
    return await appel.lister(
        vues.lignes_en_attente(organisme=organisme, levees=levees),
        Liste[LigneEnAttenteOut],
        cles=vues.ATTENTES_CLES,
        page=page,
        presenter=LigneEnAttenteOut.de_ligne,
    )
