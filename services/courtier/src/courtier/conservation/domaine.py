"""Combien de temps une pièce se garde, ce qui la gèle, ce qui la détruit (CI-23).

La table de conservation se lit le jour de la destruction; la fin du contrat, à ce même jour.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias
from uuid import UUID

from calendrier import Calendrier, date_longue
from courtier.normes.domaine import Conservation, Normes, Transmission
from courtier.pieces.domaine import Piece, Visa
from courtier.suivi.domaine import (
    ContratConclu,
    exiger_de_l_organisme,
    exiger_du_courtier,
    exiger_passe,
)
from noyau import (
    Acte,
    Conflit,
    Interdit,
    exiger_une_personne,
    jour_de_quebec,
    mois_plus_tard,
)

REGLE = "CI-23"
Table: TypeAlias = Mapping[str, Conservation]
"""Par genre de pièce, sa conservation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gel:
    """Tant qu'il tient, rien du contrat ne se détruit."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    du_courtier: bool
    """Vrai : le Courtier l'a posé; lui seul le lève."""
    motif: str
    pose: Visa
    motif_levee: str | None = None
    levee: Visa | None = None

    @classmethod
    def poser(cls, identifiant: UUID, contrat: ContratConclu, motif: str, acte: Acte) -> "Gel":
        """Par l'organisme ou le Courtier; lève `Interdit` d'une machine."""
        exiger_une_personne(acte.acteur, REGLE)
        return cls(
            id=identifiant,
            version=1,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            du_courtier=acte.acteur.est_mcn,
            motif=motif,
            pose=Visa.de(acte),
        )

    def lever(self, motif: str, acte: Acte) -> "Gel":
        """Par qui l'a posé; lève `Interdit`, ou `Conflit` d'un gel déjà levé."""
        exiger_une_personne(acte.acteur, REGLE)
        if acte.acteur.est_mcn is not self.du_courtier:
            raise Interdit("Un gel se lève par qui l'a posé.", regle=REGLE)
        if self.levee:
            raise Conflit("Ce gel est déjà levé.", regle=REGLE)
        return replace(self, version=self.version + 1, motif_levee=motif, levee=Visa.de(acte))

    def tenait(self, jour: date) -> bool:
        """Vrai s'il tenait ce jour-là, du jour de sa pose à celui de sa levée, compris."""
        leve_le = jour_de_quebec(self.levee.le) if self.levee else None
        return jour_de_quebec(self.pose.le) <= jour and (leve_le is None or jour <= leve_le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """L'organisme atteste qu'une pièce est détruite."""

    piece_id: UUID
    organisme: str
    contrat_id: UUID
    detruite_le: date
    methode: str
    attestation: str
    """SHA-256 de l'attestation signée, en hexadécimal."""
    attestee: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Demande:
    """Le Courtier demande une pièce; l'organisme la transmet."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    piece_id: UUID
    motif: str
    demandee: Visa
    due_le: date
    transmise_le: date | None = None
    transmise: Visa | None = None

    @classmethod
    def demander(
        cls,
        identifiant: UUID,
        piece: Piece,
        contrat: ContratConclu,
        motif: str,
        *,
        normes: Normes,
        calendrier: Calendrier,
        acte: Acte,
    ) -> "Demande":
        """Due selon la table : aussitôt, le jour même; sinon, en jours ouvrables."""
        exiger_du_courtier(acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
        jour = jour_de_quebec(acte.le)
        if conservation_de(piece, normes.pieces).transmission is Transmission.AUSSITOT:
            due_le = jour
        else:
            due_le = calendrier.ajouter_jours_ouvrables(jour, normes.demande_jours_ouvrables)
        return cls(
            id=identifiant,
            version=1,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            piece_id=piece.id,
            motif=motif,
            demandee=Visa.de(acte),
            due_le=due_le,
        )

    @property
    def attendue_le(self) -> date | None:
        """Le dernier jour de la transmission; rien une fois faite."""
        return None if self.transmise else self.due_le

    def transmettre(self, le: date, acte: Acte) -> "Demande":
        """La pièce parvient au Courtier; tardive, elle est reçue.

        Lève `Interdit`, ou `Conflit` d'une demande remplie, d'un jour avant elle ou à venir.
        """
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        if self.transmise:
            raise Conflit("Cette pièce est déjà transmise.", regle=REGLE)
        if le < jour_de_quebec(self.demandee.le):
            raise Conflit("Une pièce se transmet après sa demande.", regle=REGLE)
        exiger_passe(le, acte, REGLE)
        return replace(self, version=self.version + 1, transmise_le=le, transmise=Visa.de(acte))


def conservation_de(piece: Piece, table: Table) -> Conservation:
    """Ce que dit la table d'une pièce; lève `Conflit` si elle ne dit rien de ce genre."""
    conservation = table.get(piece.genre)
    if conservation is None:
        raise Conflit(
            f"La table de conservation ne dit rien du genre « {piece.genre} ».", regle=REGLE
        )
    return conservation


def destructible_le(piece: Piece, contrat: ContratConclu, table: Table) -> date:
    """Le premier jour où la pièce peut se détruire : la fin du contrat, ou des années après."""
    annees = conservation_de(piece, table).annees
    if annees is None:
        return contrat.fin
    terme = mois_plus_tard(contrat.fin, 12 * annees)
    # Du 29 février, des années révolues mènent au 1er mars.
    return terme if terme.day == contrat.fin.day else terme + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Quand, comment, et ce qui le prouve."""

    detruites_le: date
    methode: str
    empreinte: str


def detruire(
    pieces: Collection[Piece],
    attestation: Attestation,
    *,
    contrat: ContratConclu,
    table: Table,
    gels: Iterable[Gel],
    deja: Collection[UUID],
    demandees: Collection[UUID],
    acte: Acte,
) -> tuple[Destruction, ...]:
    """Atteste la destruction de pièces d'un contrat, toutes ou aucune.

    Lève `Interdit`, ou `Conflit` : jour à venir ou avant le dépôt, gel qui tient ou tenait ce
    jour-là, pièce déjà détruite, que le Courtier attend, ou qui se garde encore.
    """
    exiger_de_l_organisme(contrat.organisme, acte, REGLE)
    exiger_une_personne(acte.acteur, REGLE)
    jour = attestation.detruites_le
    exiger_passe(jour, acte, REGLE)
    if any(gel.levee is None or gel.tenait(jour) for gel in gels):
        raise Conflit("Un gel juridique tient : rien du contrat ne se détruit.", regle=REGLE)
    _refuser([p for p in pieces if p.id in deja], "est déjà détruite")
    _refuser([p for p in pieces if p.id in demandees], "est attendue du Courtier")
    for piece in pieces:
        _exiger_echue(piece, jour, destructible_le(piece, contrat, table))
    return tuple(
        Destruction(
            piece_id=piece.id,
            organisme=piece.organisme,
            contrat_id=contrat.id,
            detruite_le=jour,
            methode=attestation.methode,
            attestation=attestation.empreinte,
            attestee=Visa.de(acte),
        )
        for piece in pieces
    )


def _exiger_echue(piece: Piece, jour: date, permise_le: date) -> None:
    if jour < jour_de_quebec(piece.deposee.le):
        _refuser([piece], "n'était pas encore déposée")
    if jour < permise_le:
        raise Conflit(
            f"La pièce se garde jusqu'au {date_longue(permise_le)}, exclu.",
            regle=REGLE,
            details={"piece_id": str(piece.id), "destructible_le": permise_le.isoformat()},
        )


def _refuser(pieces: Collection[Piece], raison: str) -> None:
    if pieces:
        raise Conflit(
            f"Une pièce {raison}.",
            regle=REGLE,
            details={"pieces": sorted(str(piece.id) for piece in pieces)},
        )
