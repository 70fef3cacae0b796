"""Ouvrir un dossier, le lire, y poser un geste qui dit tout de lui-même, y déposer une pièce."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from courtier.dossiers.domaine.actes import ActePose, Cloture, Contenu, Issue
from courtier.dossiers.domaine.demarrage import Rencontre
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import Circonstances, avancer
from courtier.dossiers.domaine.faits import faits_de
from courtier.dossiers.domaine.vehicules import Obligation596
from courtier.dossiers.ports import Ports
from courtier.pieces.domaine import GenrePiece, Piece, Visa
from noyau import Acte, Conflit, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True)
class DossierVu:
    """Un dossier, et ce dont il dépend au jour où on le regarde."""

    dossier: Dossier
    circonstances: Circonstances

    @property
    def id(self) -> UUID:
        return self.dossier.id


@dataclass(frozen=True, slots=True, kw_only=True)
class OuvrirDossier:
    """Un nouveau dossier d'un organisme."""

    dossier_id: UUID
    organisme: str
    titre: str


async def ouvrir_dossier(commande: OuvrirDossier, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Introuvable` si l'organisme n'est pas inscrit, `Conflit` (DEM-14) s'il est inactif."""
    organisme = await ports.acquisitions.organismes.lire(commande.organisme)
    organisme.exiger_actif(acte.le)
    dossier = Dossier(
        id=commande.dossier_id,
        organisme=commande.organisme,
        titre=commande.titre,
        ouverture=Visa.de(acte),
    )
    await ports.acquisitions.dossiers.ajouter(dossier)
    return Resultat(await regarder(dossier, ports, acte.le))


async def lire_dossier(dossier_id: UUID, ports: Ports, le: datetime) -> DossierVu:
    """Le dossier et ce qu'il attend à cet instant; lève `Introuvable`."""
    return await regarder(await ports.acquisitions.dossiers.lire(dossier_id), ports, le)


async def lire_actes(dossier_id: UUID, ports: Ports) -> Sequence[tuple[ActePose, bool]]:
    """Tous les actes du dossier, dans l'ordre, et si chacun est à refaire; lève `Introuvable`."""
    dossier = await ports.acquisitions.dossiers.lire(dossier_id)
    return [(acte, dossier.a_refaire(acte)) for acte in dossier.actes]


async def charger(dossier_id: UUID, ports: Ports, acte: Acte) -> Dossier:
    """Le dossier verrouillé, tel que l'appelant l'a lu; lève `Conflit` (DEM-14) d'un inactif."""
    dossier = acte.sur(await ports.acquisitions.dossiers.charger(dossier_id))
    organisme = await ports.acquisitions.organismes.lire(dossier.organisme)
    organisme.exiger_actif(acte.le)
    return dossier


async def regarder(dossier: Dossier, ports: Ports, le: datetime) -> DossierVu:
    """Le dossier et ce dont il dépend à cet instant."""
    return DossierVu(dossier, await ports.acquisitions.circonstances(dossier, le))


async def avancer_dossier(
    dossier: Dossier, contenu: Contenu, ports: Ports, acte: Acte
) -> Resultat[DossierVu]:
    """Pose le geste, si ses préalables sont tenus, et le garde; lève ce que lève `avancer`."""
    circonstances = await ports.acquisitions.circonstances(dossier, acte.le)
    avance = avancer(dossier, contenu, circonstances, acte)
    await ports.acquisitions.dossiers.enregistrer(avance)
    return Resultat(await regarder(avance, ports, acte.le), *faits_de(dossier, contenu, acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceDite:
    """Une pièce que porte un geste : son identité, son genre, ce que dit le document."""

    piece_id: UUID
    genre: GenrePiece
    titre: str
    empreinte: str
    datee_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PoserGeste:
    """Un geste qui dit tout de lui-même, et les pièces qui le prouvent."""

    dossier_id: UUID
    contenu: Contenu
    pieces: tuple[PieceDite, ...] = ()


async def poser_geste(commande: PoserGeste, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Introuvable`, ou `Conflit` : un préalable qui manque, une date ou un objet faux."""
    dossier = await charger(commande.dossier_id, ports, acte)
    resultat = await avancer_dossier(dossier, commande.contenu, ports, acte)
    await ajouter_pieces(dossier, commande.pieces, ports, acte)
    return resultat


async def ajouter_pieces(
    dossier: Dossier, pieces: Sequence[PieceDite], ports: Ports, acte: Acte
) -> Sequence[Piece]:
    """Lève `Conflit` (CI-23) d'un document daté de l'avenir."""
    deposees = [
        Piece.deposer(
            dite.piece_id,
            dossier.organisme,
            dite.genre,
            titre=dite.titre,
            empreinte=dite.empreinte,
            datee_le=dite.datee_le,
            dossier_id=dossier.id,
            acte=acte,
        )
        for dite in pieces
    ]
    for piece in deposees:
        await ports.pieces.ajouter(piece)
    return deposees


@dataclass(frozen=True, slots=True, kw_only=True)
class DeposerPiece:
    """Une pièce du dossier, hors de tout geste."""

    dossier_id: UUID
    piece: PieceDite


PIECES_MAXIMUM = 500
"""Les pièces d'un dossier, au plus."""


async def deposer_piece(commande: DeposerPiece, ports: Ports, acte: Acte) -> Resultat[Piece]:
    """Lève `Introuvable`, ou `Conflit` : trop de pièces (CI-10), document de l'avenir (CI-23)."""
    dossier = await ports.acquisitions.dossiers.charger(commande.dossier_id)
    deja = await ports.pieces.du_dossier(dossier.organisme, dossier.id)
    if len(deja) >= PIECES_MAXIMUM:
        raise Conflit(f"Un dossier porte au plus {PIECES_MAXIMUM} pièces.", regle="CI-10")
    (piece,) = await ajouter_pieces(dossier, [commande.piece], ports, acte)
    return Resultat(piece)


async def lire_pieces(dossier_id: UUID, ports: Ports) -> Sequence[Piece]:
    """Les pièces du dossier, de la plus ancienne à la plus récente; lève `Introuvable`."""
    dossier = await ports.acquisitions.dossiers.lire(dossier_id)
    return await ports.pieces.du_dossier(dossier.organisme, dossier.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloreDossier:
    """La fin d'un dossier sans contrat."""

    dossier_id: UUID
    issue: Issue
    motif: str


async def clore_dossier(commande: CloreDossier, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Introuvable`, ou `Conflit` (CI-10) : signé, déjà clos, ou autre véhicule défendu."""
    dossier = await charger(commande.dossier_id, ports, acte)
    if commande.issue is Issue.AUTRE_VEHICULE:
        decret = await ports.decrets.lire(dossier.organisme)
        decret.exiger_libre(jour_de_quebec(acte.le))
    cloture = Cloture(issue=commande.issue, motif=commande.motif)
    return await avancer_dossier(dossier, cloture, ports, acte)


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
    dossier = await charger(commande.dossier_id, ports, acte)
    points = commande.ordre_du_jour or tuple(ports.ordre_du_jour)
    if not ports.ordre_du_jour.keys() >= set(points):
        raise Conflit(
            "Un point n'est pas de l'ordre du jour type.",
            regle="CI-16",
            details={"points": list(ports.ordre_du_jour)},
        )
    rencontre = Rencontre(tenue_le=commande.tenue_le, ordre_du_jour=points)
    return await avancer_dossier(dossier, rencontre, ports, acte)
