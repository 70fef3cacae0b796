"""Les routes des règlements et de ce qu'il reste d'un document."""

from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import DATEE, LECTEURS, MCN
from facturation.comptes.adaptateurs import vues
from facturation.comptes.cas_usage import (
    AppliquerCredit,
    Contrepasser,
    appliquer_credit,
    contrepasser,
    inscrire_lot,
    inscrire_reglement,
)
from facturation.comptes.domaine.etats import Horizon
from facturation.comptes.domaine.reglements import Inscrit, Reglement
from facturation.comptes.entrees import lots
from facturation.comptes.entrees import schemas as s
from facturation.comptes.ports import Ports
from facturation.factures.entrees.schemas import Numero
from noyau import jour_de_quebec
from socle.champs import Jour
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur, acces, uuid7
from socle.web.tableur import MEDIA

Comptable = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Au = Annotated[
    Jour | None,
    Query(description="À la fin de ce jour de Québec; absent : celui de « su_le »."),
]
SuLe = Annotated[
    Jour | None,
    Query(
        description="Seul compte ce qui était consigné à la fin de ce jour de Québec; absent :"
        " aujourd'hui. Un état déjà donné se redonne pareil en disant le jour où il le fut."
    ),
]

routes = Routeur(prefix="/v1", tags=["facturation"])

_FICHIER: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Un CSV d'Excel : « ; », virgule décimale, UTF-8 ou Windows-1252. Une ligne"
        " par document payé; les lignes d'un organisme, d'une date et d'une référence font un"
        " règlement.",
        "content": {
            MEDIA: {
                "schema": {"type": "string"},
                "example": "organisme;date;reference;document;montant\r\n"
                "RAMQ;2026-10-01;VIR-88;2026-2027-000002;50,00\r\n"
                "RAMQ;2026-10-01;VIR-88;;25,00\r\n",
            }
        },
    }
}


def horizon_de(appel: Appel[Any], le: date | None, su_le: date | None) -> Horizon:
    """L'horizon où lire; lève `Conflit`, comme `Horizon.de`."""
    return Horizon.de(le, su_le, jour_de_quebec(appel.horloge()))


@routes.post(
    "/reglements",
    status_code=201,
    response_model=s.InscritOut,
    responses=SITUE,
    operation_id="inscrire_reglement",
    summary="Consigner un règlement (FAC-17)",
)
async def inscrire(corps: s.ReglementIn, appel: Comptable) -> Response:
    """Partiel ou groupé; ce qui dépasse le dû reste au crédit de l'organisme, et se dit."""
    return await appel.ecrire(
        inscrire_reglement,
        corps.a_inscrire(uuid7()),
        s.InscritOut.venu,
        statut=201,
        emplacement=_adresse,
    )


def _adresse(inscrit: Inscrit) -> str:
    return f"/v1/reglements/{inscrit.reglement.id}"


@routes.post(
    "/reglements/lots",
    status_code=201,
    response_model=s.LotOut,
    operation_id="inscrire_lot_de_reglements",
    summary="Consigner un fichier de règlements (FAC-17)",
    openapi_extra=_FICHIER,
)
async def inscrire_fichier(appel: Comptable) -> Response:
    """Tout le fichier, ou rien : refusé, il dit ce qu'on reproche à chaque ligne."""
    media = appel.requete.headers.get("content-type", "")
    lot = lots.lire(await appel.requete.body(), media)
    return await appel.ecrire(inscrire_lot, lot, s.LotOut.de, statut=201)


@routes.get(
    "/reglements",
    response_model=Liste[s.ReglementResume],
    summary="Lister les règlements (FAC-17)",
)
async def lister_reglements(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    document: Annotated[Numero | None, Query(description="Ceux qui paient ce document.")] = None,
    du: Annotated[Jour | None, Query(description="Datés de ce jour ou d'après.")] = None,
    au: Annotated[Jour | None, Query(description="Datés de ce jour ou d'avant.")] = None,
) -> Response:
    """Le plus récent d'abord, contre-écritures comprises."""
    filtre = vues.FiltreReglements(organisme=organisme, document=document, du=du, au=au)
    return await appel.lister(vues.REGLEMENTS, filtre, Liste[s.ReglementResume], page=page)


@routes.get(
    "/reglements/{reglement_id}",
    response_model=s.ReglementOut,
    summary="Lire un règlement et ce qu'il paie (FAC-17)",
)
async def lire_reglement(reglement_id: UUID, appel: Lecture) -> Response:
    """Ce qu'il paie de chaque document, et ce qui en reste au crédit de l'organisme."""

    async def charger(ports: Ports) -> Reglement:
        return await ports.reglements.charger(reglement_id)

    lu = s.ReglementOut.de(await appel.consulter(charger))
    return Response(lu.model_dump_json(), media_type="application/json")


@routes.post(
    "/reglements/{reglement_id}/acquittements",
    status_code=201,
    response_model=s.InscritOut,
    operation_id="appliquer_credit",
    summary="Payer des documents avec le crédit d'un règlement (FAC-17)",
)
async def acquitter(reglement_id: UUID, corps: s.AcquittementsIn, appel: Comptable) -> Response:
    """À partir d'aujourd'hui : l'état de compte d'un jour passé ne change pas."""
    parties = tuple(document.partie for document in corps.documents)
    commande = AppliquerCredit(reglement_id, parties)
    return await appel.ecrire(appliquer_credit, commande, s.InscritOut.venu, statut=201)


@routes.post(
    "/reglements/{reglement_id}/contre-ecriture",
    status_code=201,
    response_model=s.InscritOut,
    responses=SITUE,
    operation_id="contrepasser_reglement",
    summary="Défaire un règlement par une contre-écriture (FAC-17)",
)
async def defaire(reglement_id: UUID, corps: s.ContreEcritureIn, appel: Comptable) -> Response:
    """Motivée, une seule fois, datée d'aujourd'hui; le règlement, lui, ne change pas."""
    commande = Contrepasser(reglement_id, uuid7(), corps.motif)
    return await appel.ecrire(
        contrepasser, commande, s.InscritOut.venu, statut=201, emplacement=_adresse
    )


@routes.get(
    "/factures/{numero}/solde",
    response_model=s.SoldeOut,
    responses=DATEE,
    summary="Lire ce qu'il reste d'un document (FAC-17)",
)
async def lire_solde(numero: Numero, appel: Lecture, le: Au = None, su_le: SuLe = None) -> Response:
    """Dû, réglé en partie, réglé ou en retard : le document, lui, ne change pas."""
    horizon = horizon_de(appel, le, su_le)
    presenter = partial(s.SoldeOut.de, horizon=horizon)
    return await appel.lire(vues.solde(numero, horizon), presenter)
