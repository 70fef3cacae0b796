"""Ouvrir un dossier, le lire, y poser un geste qui dit tout de lui-même, y déposer une pièce."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from courtier.dossiers.domaine.actes import ActePose, Cloture, Contenu, Fin
from courtier.dossiers.domaine.demarrage import Rencontre
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import DossierVu
from courtier.dossiers.domaine.vehicules import Obligation596
from courtier.dossiers.ports import PieceDite, Ports
from courtier.organismes.ports import le_sien
from courtier.pieces.domaine import Piece, Visa
from noyau import Acte, Conflit, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class OuvrirDossier:
    """Un nouveau dossier d'un organisme."""

    dossier_id: UUID
    organisme: str
    titre: str


async def ouvrir_dossier(commande: OuvrirDossier, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Conflit` si l'organisme n'est pas inscrit (DEM-8), ou est inactif (DEM-14)."""
    organisme = await le_sien(ports.acquisitions.organismes, commande.organisme)
    organisme.exiger_actif(acte.le)
    dossier = Dossier(
        id=commande.dossier_id,
        organisme=commande.organisme,
        titre=commande.titre,
        ouverture=Visa.de(acte),
    )
    await ports.acquisitions.dossiers.ajouter(dossier)
    return Resultat(await ports.regarder(dossier, acte.le))


async def lire_actes(dossier_id: UUID, ports: Ports) -> Sequence[tuple[ActePose, bool]]:
    """Tous les actes du dossier, dans l'ordre, et si chacun est à refaire; lève `Introuvable`."""
    dossier = await ports.acquisitions.dossiers.lire(dossier_id)
    return [(acte, dossier.a_refaire(acte)) for acte in dossier.actes]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoserGeste:
    """Un geste qui dit tout de lui-même, et les pièces qui le prouvent."""

    dossier_id: UUID
    contenu: Contenu
    pieces: tuple[PieceDite, ...] = ()


async def poser_geste(commande: PoserGeste, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Introuvable`, ou `Conflit` : un préalable qui manque, une date ou un objet faux."""
    dossier = await ports.charger(commande.dossier_id, acte)
    resultat = await ports.avancer(dossier, commande.contenu, acte)
    await ports.ajouter_pieces(dossier, commande.pieces, acte)
    return resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class DeposerPiece:
    """Une pièce du dossier, hors de tout geste."""

    dossier_id: UUID
    piece: PieceDite


PIECES_MAXIMUM = 500
"""Les pièces d'un dossier, au plus."""


async def deposer_piece(commande: DeposerPiece, ports: Ports, acte: Acte) -> Resultat[Piece]:
    """Lève `Introuvable`, ou `Conflit` : trop de pièces (CI-10), document refusé (CI-23)."""
    dossier = await ports.acquisitions.dossiers.charger(commande.dossier_id)
    deja = await ports.pieces.du_dossier(dossier.organisme, dossier.id)
    if len(deja) >= PIECES_MAXIMUM:
        raise Conflit(f"Un dossier porte au plus {PIECES_MAXIMUM} pièces.", regle="CI-10")
    (piece,) = await ports.ajouter_pieces(dossier, [commande.piece], acte)
    piece.exiger_absente(deja)
    return Resultat(piece)


async def lire_pieces(dossier_id: UUID, ports: Ports) -> Sequence[Piece]:
    """Les pièces du dossier, de la plus ancienne à la plus récente; lève `Introuvable`."""
    dossier = await ports.acquisitions.dossiers.lire(dossier_id)
    return await ports.pieces.du_dossier(dossier.organisme, dossier.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloreDossier:
    """La fin d'un dossier sans contrat."""

    dossier_id: UUID
    issue: Fin
    motif: str


async def clore_dossier(commande: CloreDossier, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Introuvable`, ou `Conflit` (CI-10) : signé, déjà clos, ou autre véhicule défendu."""
    dossier = await ports.charger(commande.dossier_id, acte)
    if commande.issue is Fin.AUTRE_VEHICULE:
        decret = await ports.decrets.lire(dossier.organisme)
        decret.exiger_libre(jour_de_quebec(acte.le))
    cloture = Cloture(issue=commande.issue, motif=commande.motif)
    return await ports.avancer(dossier, cloture, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class DireDecret:
    """Le décret 596-2020 oblige un organisme, ou non, à compter d'un jour."""

    organisme: str
    oblige: bool
    depuis: date
    motif: str


async def dire_decret(commande: DireDecret, ports: Ports, acte: Acte) -> Resultat[Obligation596]:
    """S'ajoute à ce qu'on en a déjà dit; lève `Introuvable` si l'organisme n'est pas inscrit."""
    await ports.acquisitions.organismes.lire(commande.organisme)
    dites = (await ports.decrets.lire(commande.organisme)).dites
    dite = Obligation596(
        organisme=commande.organisme,
        rang=1 + len(dites),
        oblige=commande.oblige,
        depuis=commande.depuis,
        motif=commande.motif,
        dite=Visa.de(acte),
    )
    await ports.decrets.ajouter(dite)
    return Resultat(dite)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenirRencontre:
    """Quand elle s'est tenue, et les points traités; aucun : tous ceux de l'ordre du jour type."""

    dossier_id: UUID
    tenue_le: datetime
    ordre_du_jour: tuple[str, ...]


async def tenir_rencontre(
    commande: TenirRencontre, ports: Ports, acte: Acte
) -> Resultat[DossierVu]:
    """Lève `Introuvable`, ou `Conflit` : un point inconnu (CI-16), un préalable qui manque."""
    dossier = await ports.charger(commande.dossier_id, acte)
    points = commande.ordre_du_jour or tuple(ports.ordre_du_jour)
    if not ports.ordre_du_jour.keys() >= set(points):
        raise Conflit(
            "Un point n'est pas de l'ordre du jour type.",
            regle="CI-16",
            details={"points": list(ports.ordre_du_jour)},
        )
    rencontre = Rencontre(tenue_le=commande.tenue_le, ordre_du_jour=points)
    return await ports.avancer(dossier, rencontre, acte)
