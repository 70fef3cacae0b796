"""Les routes de la validation et des contestations (FAC-8, TEL-2)."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import LECTEURS, MCN
from facturation.contestations.adaptateurs import vues
from facturation.contestations.cas_usage import (
    PoserGeste,
    ValiderFacture,
    contester,
    poser_geste,
    valider_facture,
)
from facturation.contestations.domaine.contestations import Etat, Geste
from facturation.contestations.entrees import schemas as s
from facturation.contestations.ports import Ports
from facturation.factures.entrees.schemas import Numero
from noyau import debut_du_jour, jour_de_quebec
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur, acces, uuid7

_DE_L_ORGANISME = ("gestionnaire", "signataire")
Organisme = Annotated[Appel[Ports], Depends(acces(Ports, *_DE_L_ORGANISME))]
Facturation = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

_VIDE = s.TexteFacultatifIn()

routes = Routeur(prefix="/v1", tags=["contestations"])


@routes.post(
    "/factures/{numero}/validation",
    status_code=201,
    response_model=s.ValidationOut,
    operation_id="valider_facture",
    summary="Valider un document (FAC-8, TEL-2)",
)
async def valider(numero: Numero, appel: Organisme) -> Response:
    """Une fois, tout entier, par une personne de l'organisme; contesté, après la décision (409)."""
    return await appel.ecrire(
        valider_facture,
        ValiderFacture(numero),
        s.ValidationOut.model_validate,
        statut=201,
    )


@routes.get(
    "/factures/{numero}/validation",
    response_model=s.ValidationOut,
    operation_id="lire_validation",
    summary="Lire si un document est validé (TEL-2)",
)
async def lire_validation(numero: Numero, appel: Lecture) -> Response:
    """Le silence ne valide rien : sans date, le document n'est pas validé."""
    return await appel.lire(vues.VALIDATION.de(numero), s.ValidationOut.model_validate)


@routes.post(
    "/factures/{numero}/contestations",
    status_code=201,
    responses=SITUE,
    response_model=s.ContestationOut,
    operation_id="contester_facture",
    summary="Contester des lignes d'un document (FAC-8)",
)
async def contester_lignes(numero: Numero, corps: s.ContestationIn, appel: Organisme) -> Response:
    """Tardive, ou sur un fait nouveau, elle attend que la facturation l'admette."""
    return await appel.ecrire(
        contester,
        corps.commande(uuid7(), numero),
        s.ContestationOut.de,
        statut=201,
        emplacement=lambda contestation: f"/v1/contestations/{contestation.id}",
    )


@routes.get(
    "/factures/{numero}/contestations",
    response_model=Liste[s.ResumeContestationOut],
    operation_id="lister_contestations_facture",
    summary="Lister les contestations d'un document (FAC-8)",
)
async def lister_d_un_document(numero: Numero, appel: Lecture, page: PageDemandee) -> Response:
    """La plus ancienne d'abord."""
    return await appel.lister(
        vues.CONTESTATIONS,
        vues.FiltreContestations(numero=numero),
        Liste[s.ResumeContestationOut],
        page=page,
        sous=vues.VALIDATION.de(numero),
    )


@routes.get(
    "/contestations",
    response_model=Liste[s.ResumeContestationOut],
    operation_id="lister_contestations",
    summary="Lister les contestations, par état, retard ou âge (FAC-8)",
)
async def lister(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: Etat | None = None,
    en_retard: Annotated[
        bool, Query(description="Vrai : celles dont l'échéance est passée.")
    ] = False,
    age: Annotated[
        int | None, Query(ge=0, le=36_500, description="Ouvertes depuis au moins tant de jours.")
    ] = None,
) -> Response:
    """Un organisme ne voit que les siennes; la plus ancienne d'abord."""
    jour = jour_de_quebec(appel.horloge())
    filtre = vues.FiltreContestations(
        organisme=organisme,
        etat=etat,
        en_retard=jour if en_retard else None,
        ouverte_avant=None if age is None else debut_du_jour(jour - timedelta(days=age - 1)),
    )
    forme = Liste[s.ResumeContestationOut]
    return await appel.lister(vues.CONTESTATIONS, filtre, forme, page=page)


@routes.get(
    "/contestations/{contestation_id}",
    response_model=s.ContestationOut,
    operation_id="lire_contestation",
    summary="Lire une contestation, ses lignes et son fil (FAC-8)",
)
async def lire(contestation_id: UUID, appel: Lecture) -> Response:
    """Celle d'un autre organisme est introuvable (404)."""
    return await appel.lire(vues.contestation(contestation_id), s.ContestationOut.model_validate)


async def _poser(
    appel: Appel[Ports], id_: UUID, geste: Geste, corps: s.TexteIn | s.TexteFacultatifIn
) -> Response:
    commande = PoserGeste(id=id_, geste=geste, texte=corps.texte)
    return await appel.ecrire(poser_geste, commande, s.ContestationOut.de)


@routes.post(
    "/contestations/{contestation_id}/admission",
    response_model=s.ContestationOut,
    operation_id="admettre_contestation",
    summary="Admettre une contestation tardive, ou sur un fait nouveau (FAC-8)",
)
async def admettre(contestation_id: UUID, corps: s.TexteIn, appel: Facturation) -> Response:
    """Le motif est requis; le délai de décision part de ce jour."""
    return await _poser(appel, contestation_id, Geste.ADMETTRE, corps)


@routes.post(
    "/contestations/{contestation_id}/examen",
    response_model=s.ContestationOut,
    operation_id="examiner_contestation",
    summary="Prendre une contestation en examen (FAC-8)",
)
async def examiner(
    contestation_id: UUID, appel: Facturation, corps: s.TexteFacultatifIn = _VIDE
) -> Response:
    """On ne décide que d'une contestation examinée."""
    return await _poser(appel, contestation_id, Geste.EXAMINER, corps)


@routes.post(
    "/contestations/{contestation_id}/question",
    response_model=s.ContestationOut,
    operation_id="questionner_contestation",
    summary="Poser une question à l'organisme (FAC-8)",
)
async def questionner(contestation_id: UUID, corps: s.TexteIn, appel: Facturation) -> Response:
    """Jusqu'à la réponse, le délai de décision ne court pas."""
    return await _poser(appel, contestation_id, Geste.QUESTIONNER, corps)


@routes.post(
    "/contestations/{contestation_id}/reponse",
    response_model=s.ContestationOut,
    operation_id="repondre_contestation",
    summary="Répondre à la question posée (FAC-8)",
)
async def repondre(contestation_id: UUID, corps: s.TexteIn, appel: Organisme) -> Response:
    """L'examen reprend."""
    return await _poser(appel, contestation_id, Geste.REPONDRE, corps)


@routes.post(
    "/contestations/{contestation_id}/reprise",
    response_model=s.ContestationOut,
    operation_id="reprendre_contestation",
    summary="Reprendre l'examen sans réponse (FAC-8)",
)
async def reprendre(contestation_id: UUID, corps: s.TexteIn, appel: Facturation) -> Response:
    """Le motif est requis."""
    return await _poser(appel, contestation_id, Geste.REPRENDRE, corps)


@routes.post(
    "/contestations/{contestation_id}/retrait",
    response_model=s.ContestationOut,
    operation_id="retirer_contestation",
    summary="Retirer une contestation, avant la décision (FAC-8)",
)
async def retirer(
    contestation_id: UUID, appel: Organisme, corps: s.TexteFacultatifIn = _VIDE
) -> Response:
    """Ses lignes peuvent se contester de nouveau, à temps."""
    return await _poser(appel, contestation_id, Geste.RETIRER, corps)


@routes.post(
    "/contestations/{contestation_id}/gel",
    response_model=s.ContestationOut,
    operation_id="geler_contestation",
    summary="Geler la destruction des pièces d'une contestation finie (FAC-8)",
)
async def geler(contestation_id: UUID, corps: s.TexteIn, appel: Facturation) -> Response:
    """Un litige, une enquête, une demande d'accès : le motif est requis, et le fil le garde."""
    return await _poser(appel, contestation_id, Geste.GELER, corps)


@routes.post(
    "/contestations/{contestation_id}/gel/levee",
    response_model=s.ContestationOut,
    operation_id="degeler_contestation",
    summary="Lever le gel d'une contestation (FAC-8)",
)
async def degeler(contestation_id: UUID, corps: s.TexteIn, appel: Facturation) -> Response:
    """Ses pièces échues peuvent de nouveau se détruire."""
    return await _poser(appel, contestation_id, Geste.DEGELER, corps)
