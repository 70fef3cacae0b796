"""Les pièces d'une contestation : versées, listées, rendues à qui y a part, jamais affichées."""

import base64
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Header
from starlette.responses import Response

from facturation.base import MCN
from facturation.contestations.adaptateurs import vues
from facturation.contestations.cas_usage import verser_piece
from facturation.contestations.domaine.pieces import Piece
from facturation.contestations.entrees import schemas as s
from facturation.contestations.ports import Ports
from socle.bd.conversion import objet
from socle.web import Appel, Liste, PageDemandee, Routeur, acces, format_prefere

Parties = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", *MCN))]

JSON, OCTETS = "application/json", "application/octet-stream"
_TELLE_QUELLE: Mapping[int | str, dict[str, Any]] = {
    200: {
        "description": "La pièce, dans le format demandé par Accept.",
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
    },
    410: {"description": "Cette pièce fut détruite."},
}

routes = Routeur(prefix="/v1/contestations/{contestation_id}/pieces", tags=["contestations"])


@routes.post(
    "",
    status_code=201,
    response_model=s.PieceOut,
    operation_id="verser_piece",
    summary="Verser une pièce au dossier d'une contestation (FAC-8)",
)
async def verser(contestation_id: UUID, corps: s.PieceIn, appel: Parties) -> Response:
    """PDF, PNG, JPEG, CSV ou XLSX sans macro, reconnu à son contenu; la même deux fois : une."""
    commande = corps.commande(contestation_id)
    return await appel.ecrire(verser_piece, commande, s.PieceOut.model_validate, statut=201)


@routes.get(
    "",
    response_model=Liste[s.PieceOut],
    operation_id="lister_pieces",
    summary="Lister les pièces d'une contestation (FAC-8)",
)
async def lister(contestation_id: UUID, appel: Parties, page: PageDemandee) -> Response:
    """La première versée d'abord; sans leur contenu."""
    return await appel.lister(
        vues.PIECES,
        vues.FiltrePieces(contestation_id=contestation_id),
        Liste[s.PieceOut],
        page=page,
        sous=vues.CONTESTATION.de(contestation_id),
    )


@routes.get(
    "/{empreinte}",
    response_model=s.PieceLueOut,
    responses=dict(_TELLE_QUELLE),
    operation_id="lire_piece",
    summary="Lire une pièce, en JSON ou telle quelle (FAC-8)",
)
async def lire(
    contestation_id: UUID,
    empreinte: s.Empreinte,
    appel: Parties,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Sous `application/octet-stream`, le fichier s'enregistre; le navigateur ne l'ouvre pas."""
    voulu = format_prefere(accept, (JSON, OCTETS))
    lue = await appel.lire_brut(vues.piece(contestation_id, empreinte))
    piece = objet(Piece, lue)
    if voulu == JSON:
        contenu = base64.b64encode(lue.contenu).decode()
        rendue = s.PieceLueOut(**s.PieceOut.model_validate(piece).model_dump(), contenu=contenu)
        return Response(rendue.model_dump_json(), headers={"Vary": "Accept"}, media_type=JSON)
    en_tetes = {
        "Vary": "Accept",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(piece.fichier, safe='')}",
    }
    return Response(lue.contenu, headers=en_tetes, media_type=OCTETS)
