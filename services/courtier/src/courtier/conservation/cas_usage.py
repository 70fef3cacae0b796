"""Déposer, demander, transmettre, geler et détruire les pièces d'un contrat (CI-23).

Tout acte qui en dépend verrouille le contrat : un gel et une destruction se suivent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.conservation.domaine import (
    REGLE,
    Attestation,
    Demande,
    Destruction,
    Gel,
    detruire,
)
from courtier.conservation.ports import Ports
from courtier.obligations.domaine import NatureObligation
from courtier.pieces.domaine import GenrePiece, Piece
from courtier.suivi.domaine import ContratConclu, instant_de
from courtier.suivi.ports import remplir
from noyau import Acte, Conflit, Introuvable, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposer:
    """Une pièce du contrat, que l'organisme garde."""

    piece_id: UUID
    contrat_id: UUID
    genre: GenrePiece
    titre: str
    empreinte: str
    datee_le: date


async def deposer(commande: Deposer, ports: Ports, acte: Acte) -> Resultat[Piece]:
    """Lève `Introuvable`, ou `Conflit` : contrat non conclu, date à venir, même pièce déjà là."""
    contrat = await ports.contrats.tenir(commande.contrat_id)
    piece = Piece.deposer(
        commande.piece_id,
        contrat.organisme,
        commande.genre,
        titre=commande.titre,
        empreinte=commande.empreinte,
        datee_le=commande.datee_le,
        contrat_id=contrat.id,
        dossier_id=contrat.dossier_id,
        acte=acte,
    )
    presentes = await _pieces(contrat, ports)
    detruites = await ports.destructions.deja(
        [p.id for p in presentes.values() if p.empreinte == piece.empreinte]
    )
    piece.exiger_absente(p for p in presentes.values() if p.id not in detruites)
    await ports.pieces.ajouter(piece)
    return Resultat(piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detruire:
    """Les pièces détruites, quand, comment, et l'empreinte de l'attestation signée."""

    contrat_id: UUID
    pieces: tuple[UUID, ...]
    attestation: Attestation


async def attester_destruction(
    commande: Detruire, ports: Ports, acte: Acte
) -> Resultat[Sequence[Destruction]]:
    """Atteste la destruction de toutes ces pièces, ou d'aucune.

    Lève `Introuvable`, `Interdit`, ou `Conflit` : jamais avant terme, deux fois, ni sous gel.
    """
    contrat = await ports.contrats.tenir(commande.contrat_id)
    siennes = await _pieces(contrat, ports)
    destructions = detruire(
        [_piece(siennes, piece_id) for piece_id in commande.pieces],
        commande.attestation,
        contrat=contrat,
        table=ports.normes.le(jour_de_quebec(acte.le)).pieces,
        gels=await ports.gels.du_contrat(contrat.id),
        deja=await ports.destructions.deja(commande.pieces),
        demandees=await ports.demandes.attendues(commande.pieces),
        acte=acte,
    )
    await ports.destructions.ajouter(destructions)
    return Resultat(destructions)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderPiece:
    """La pièce que veut le Courtier, et pourquoi."""

    demande_id: UUID
    contrat_id: UUID
    piece_id: UUID
    motif: str


async def demander_piece(commande: DemanderPiece, ports: Ports, acte: Acte) -> Resultat[Demande]:
    """L'organisme doit la transmettre à la date que dit la table.

    Lève `Introuvable`, `Interdit`, ou `Conflit` d'une pièce détruite, ou déjà attendue.
    """
    contrat = await ports.contrats.tenir(commande.contrat_id)
    piece = _piece(await _pieces(contrat, ports), commande.piece_id)
    if await ports.destructions.deja([piece.id]):
        raise Conflit("Cette pièce est détruite.", regle=REGLE)
    if await ports.demandes.attendues([piece.id]):
        raise Conflit("Cette pièce est déjà demandée.", regle=REGLE)
    demande = Demande.demander(
        commande.demande_id,
        piece,
        contrat,
        commande.motif,
        normes=ports.normes.le(jour_de_quebec(acte.le)),
        calendrier=await ports.calendriers.applique(),
        acte=acte,
    )
    await ports.demandes.ajouter(demande)
    due = contrat.doit(
        NatureObligation.TRANSMISSION_PIECE, demande.id, demande.due_le, acte, [demande.due_le]
    )
    await ports.obligations.ouvrir(due)
    return Resultat(demande)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmettrePiece:
    """La demande que remplit l'organisme; sans jour, aujourd'hui."""

    demande_id: UUID
    le: date | None


async def transmettre_piece(
    commande: TransmettrePiece, ports: Ports, acte: Acte
) -> Resultat[Demande]:
    """Lève `Introuvable`, `Interdit`, ou `Conflit` (déjà transmise, date hors d'ordre)."""
    demande = acte.sur(await ports.demandes.charger(commande.demande_id))
    le = commande.le or jour_de_quebec(acte.le)
    transmise = demande.transmettre(le, acte)
    await ports.demandes.enregistrer(transmise)
    due = (transmise.organisme, transmise.id, NatureObligation.TRANSMISSION_PIECE)
    await remplir(ports.obligations, *due, instant_de(le, acte))
    return Resultat(transmise)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoserGel:
    """Le contrat dont rien ne se détruit plus, et pourquoi."""

    gel_id: UUID
    contrat_id: UUID
    motif: str


async def poser_gel(commande: PoserGel, ports: Ports, acte: Acte) -> Resultat[Gel]:
    """Lève `Introuvable`, `Interdit` d'une machine, ou `Conflit` d'un contrat non conclu."""
    contrat = await ports.contrats.tenir(commande.contrat_id)
    gel = Gel.poser(commande.gel_id, contrat, commande.motif, acte)
    await ports.gels.ajouter(gel)
    return Resultat(gel)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverGel:
    """Le gel à lever, et pourquoi."""

    gel_id: UUID
    contrat_id: UUID
    motif: str


async def lever_gel(commande: LeverGel, ports: Ports, acte: Acte) -> Resultat[Gel]:
    """Lève `Introuvable`, `Interdit` de qui ne l'a pas posé, ou `Conflit` s'il est déjà levé."""
    contrat = await ports.contrats.tenir(commande.contrat_id)
    gel = acte.sur(await ports.gels.charger(contrat.id, commande.gel_id))
    leve = gel.lever(commande.motif, acte)
    await ports.gels.enregistrer(leve)
    return Resultat(leve)


async def _pieces(contrat: ContratConclu, ports: Ports) -> Mapping[UUID, Piece]:
    """Celles du contrat, et du dossier dont il naît."""
    siennes = list(await ports.pieces.du_contrat(contrat.organisme, contrat.id))
    if contrat.dossier_id:
        siennes += await ports.pieces.du_dossier(contrat.organisme, contrat.dossier_id)
    return {piece.id: piece for piece in siennes}


def _piece(siennes: Mapping[UUID, Piece], piece_id: UUID) -> Piece:
    if piece_id not in siennes:
        raise Introuvable("Pièce introuvable.", regle=REGLE)
    return siennes[piece_id]
