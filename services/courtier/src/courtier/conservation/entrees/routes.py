"""Les pièces d'un contrat : dépôt, demandes, gels, destruction (CI-23)."""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.conservation.adaptateurs import vues
from courtier.conservation.cas_usage import (
    DemanderPiece,
    LeverGel,
    PoserGel,
    TransmettrePiece,
    attester_destruction,
    demander_piece,
    deposer,
    lever_gel,
    poser_gel,
    transmettre_piece,
)
from courtier.conservation.domaine import Table
from courtier.conservation.entrees import schemas as s
from courtier.conservation.entrees.acces import Client, Courtier, Partie
from courtier.conservation.ports import Ports
from courtier.pieces.domaine import GenrePiece, Piece, Visa
from courtier.suivi.domaine import ContratConclu
from noyau import jour_de_quebec
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.web import Appel, Liste, PageDemandee, Routeur, uuid7

routes = Routeur(prefix="/v1", tags=["conservation"])


def _jour(appel: Appel[Ports]) -> date:
    return jour_de_quebec(appel.horloge())


async def _conclu(appel: Appel[Ports], contrat_id: UUID) -> tuple[ContratConclu | None, Table]:
    """Le contrat, s'il est conclu, et la table de conservation de ce jour."""
    jour = _jour(appel)

    async def lire(ports: Ports) -> tuple[ContratConclu | None, Table]:
        return await ports.contrats.trouver(contrat_id), ports.normes.le(jour).pieces

    return await appel.consulter(lire)


@routes.post(
    "/contrats/{contrat_id}/pieces",
    status_code=201,
    response_model=s.PieceContratOut,
    operation_id="deposer_piece_contrat",
    summary="Déposer une pièce d'un contrat (CI-23)",
)
async def deposer_une(contrat_id: UUID, corps: s.PieceContratIn, appel: Partie) -> Response:
    """Son genre, sa date et l'empreinte du document, que l'organisme garde."""
    contrat, table = await _conclu(appel, contrat_id)

    def presenter(piece: Piece) -> s.PieceContratOut | None:
        return s.PieceContratOut.de(piece, contrat, table) if contrat else None

    return await appel.ecrire(deposer, corps.commande(uuid7(), contrat_id), presenter, statut=201)


@routes.get(
    "/contrats/{contrat_id}/pieces",
    response_model=Liste[s.PieceContratOut],
    operation_id="lister_pieces_contrat",
    summary="Lister les pièces d'un contrat conclu, et du dossier dont il naît (CI-23)",
)
async def lister(contrat_id: UUID, appel: Partie, page: PageDemandee) -> Response:
    """De chacune, le premier jour où elle peut se détruire. Non conclu, un contrat n'en a pas."""
    contrat, table = await _conclu(appel, contrat_id)
    filtre = vues.FiltrePieces(
        client=contrat.organisme if contrat else "",
        contrat_id=contrat_id,
        dossier_id=contrat.dossier_id if contrat else None,
    )
    presenter = partial(_piece, contrat=contrat, table=table)
    return await appel.lister(
        vues.PIECES, filtre, Liste[s.PieceContratOut], page=page, presenter=presenter
    )


def _piece(ligne: Ligne, *, contrat: ContratConclu | None, table: Table) -> s.PieceContratOut:
    if contrat is None:
        raise ValueError("Un contrat non conclu n'a pas de pièces.")
    deposee = Visa(ligne.deposee_par, ligne.deposee_le)
    piece = objet(Piece, ligne, genre=GenrePiece(ligne.genre), deposee=deposee)
    detruite = None
    if ligne.detruite_le:
        detruite = s.DestructionOut(
            piece_id=ligne.id,
            detruite_le=ligne.detruite_le,
            methode=ligne.methode,
            attestation=ligne.attestation,
            attestee=Visa(ligne.attestee_par, ligne.attestee_le),
        )
    return s.PieceContratOut.de(piece, contrat, table, detruite)


@routes.post(
    "/contrats/{contrat_id}/pieces/destructions",
    status_code=201,
    response_model=s.DestructionsOut,
    operation_id="attester_destruction",
    summary="Attester la destruction de pièces d'un contrat (CI-23)",
)
async def detruire(contrat_id: UUID, corps: s.DestructionIn, appel: Client) -> Response:
    """Toutes ou aucune : jamais avant terme, deux fois, sous gel, ni attendue du Courtier."""
    return await appel.ecrire(
        attester_destruction, corps.commande(contrat_id), s.DestructionsOut.de, statut=201
    )


@routes.post(
    "/contrats/{contrat_id}/pieces/{piece_id}/demande",
    status_code=201,
    response_model=s.PieceDemandeeOut,
    operation_id="demander_piece",
    summary="Demander une pièce à l'organisme (CI-23)",
)
async def demander(
    contrat_id: UUID, piece_id: UUID, corps: s.DemandeIn, appel: Courtier
) -> Response:
    """Due selon la table de conservation; demandée, la pièce ne se détruit plus."""
    commande = DemanderPiece(
        demande_id=uuid7(), contrat_id=contrat_id, piece_id=piece_id, motif=corps.motif
    )
    return await appel.ecrire(demander_piece, commande, s.PieceDemandeeOut.de, statut=201)


@routes.get(
    "/pieces-demandees",
    response_model=Liste[s.PieceDemandeeOut],
    operation_id="lister_pieces_demandees",
    summary="Lister les pièces que le Courtier demande (CI-23)",
)
async def lister_demandees(
    appel: Partie,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    contrat_id: UUID | None = None,
    en_retard: Annotated[
        bool, Query(description="Vrai : celles qui ne sont pas transmises, passé leur date.")
    ] = False,
) -> Response:
    """Un organisme ne voit que celles qu'on lui demande."""
    filtre = vues.FiltreDemandes(
        organisme=organisme,
        contrat_id=contrat_id,
        en_retard=_jour(appel) if en_retard else None,
    )
    return await appel.lister(
        vues.DEMANDES,
        filtre,
        Liste[s.PieceDemandeeOut],
        page=page,
        presenter=lambda ligne: s.PieceDemandeeOut.de(vues.demande_de(ligne)),
    )


@routes.post(
    "/pieces-demandees/{demande_id}/transmission",
    response_model=s.PieceDemandeeOut,
    operation_id="transmettre_piece",
    summary="Transmettre au Courtier une pièce qu'il demande (CI-23)",
)
async def transmettre(demande_id: UUID, corps: s.TransmissionPieceIn, appel: Client) -> Response:
    """Tardive, elle est reçue."""
    commande = TransmettrePiece(demande_id=demande_id, le=corps.le)
    return await appel.ecrire(transmettre_piece, commande, s.PieceDemandeeOut.de)


@routes.post(
    "/contrats/{contrat_id}/gels",
    status_code=201,
    response_model=s.GelOut,
    operation_id="poser_gel",
    summary="Geler la destruction des pièces d'un contrat (CI-23)",
)
async def geler(contrat_id: UUID, corps: s.GelIn, appel: Partie) -> Response:
    """Par l'organisme ou le Courtier; plusieurs gels tiennent ensemble."""
    commande = PoserGel(gel_id=uuid7(), contrat_id=contrat_id, motif=corps.motif)
    return await appel.ecrire(poser_gel, commande, s.GelOut.model_validate, statut=201)


@routes.get(
    "/contrats/{contrat_id}/gels",
    response_model=Liste[s.GelOut],
    operation_id="lister_gels",
    summary="Lister les gels d'un contrat (CI-23)",
)
async def lister_gels(contrat_id: UUID, appel: Partie, page: PageDemandee) -> Response:
    """Ceux qui tiennent, et ceux qui sont levés."""
    return await appel.lister(
        vues.GELS,
        vues.FiltreGels(contrat_id=contrat_id),
        Liste[s.GelOut],
        page=page,
        presenter=lambda ligne: s.GelOut.model_validate(vues.gel_de(ligne)),
        sous=vues.CONTRAT.de(contrat_id),
    )


@routes.post(
    "/contrats/{contrat_id}/gels/{gel_id}/levee",
    response_model=s.GelOut,
    operation_id="lever_gel",
    summary="Lever un gel (CI-23)",
)
async def lever(contrat_id: UUID, gel_id: UUID, corps: s.LeveeIn, appel: Partie) -> Response:
    """Par qui l'a posé; le gel demeure écrit."""
    commande = LeverGel(gel_id=gel_id, contrat_id=contrat_id, motif=corps.motif)
    return await appel.ecrire(lever_gel, commande, s.GelOut.model_validate)
