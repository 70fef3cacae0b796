"""Les corps reçus et rendus des pièces d'un contrat."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator

from courtier.conservation import cas_usage
from courtier.conservation.domaine import (
    Attestation,
    Demande,
    Destruction,
    Table,
    conservation_de,
    destructible_le,
)
from courtier.contrats.entrees.schemas import Empreinte
from courtier.normes.domaine import Transmission
from courtier.pieces.domaine import GenrePiece, Piece, Visa
from courtier.suivi.domaine import ContratConclu
from socle.bd.conversion import colonnes
from socle.champs import Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

_PIECE_ID = "0199f0a0-0000-7000-8000-000000000006"


class PieceContratIn(Entree):
    """Une pièce du contrat; le document demeure chez l'organisme."""

    model_config = exemple(
        {
            "genre": "choix",
            "titre": "Analyse comparative des offres",
            "empreinte": "1" * 64,
            "datee_le": "2026-09-01",
        }
    )

    genre: GenrePiece
    titre: Nom
    empreinte: Empreinte
    datee_le: Jour

    def commande(self, piece_id: UUID, contrat_id: UUID) -> cas_usage.Deposer:
        return cas_usage.Deposer(piece_id=piece_id, contrat_id=contrat_id, **dict(self))


class DestructionIn(Entree):
    """Les pièces détruites, et l'attestation signée qui le prouve."""

    model_config = exemple(
        {
            "pieces": [_PIECE_ID],
            "detruites_le": "2028-11-02",
            "methode": "Effacement sécurisé, certifié.",
            "attestation": "2" * 64,
        }
    )

    pieces: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]
    detruites_le: Jour
    methode: Nom
    attestation: Empreinte

    @field_validator("pieces")
    @classmethod
    def _sans_doublon(cls, pieces: tuple[UUID, ...]) -> tuple[UUID, ...]:
        if len(set(pieces)) < len(pieces):
            raise ValueError("Une pièce ne figure qu'une fois.")
        return pieces

    def commande(self, contrat_id: UUID) -> cas_usage.Detruire:
        return cas_usage.Detruire(
            contrat_id=contrat_id,
            pieces=self.pieces,
            attestation=Attestation(
                detruites_le=self.detruites_le,
                methode=self.methode,
                empreinte=self.attestation,
            ),
        )


class DemandeIn(Entree):
    """Pourquoi le Courtier demande la pièce."""

    model_config = exemple({"motif": "Amélioration continue du Catalogue."})

    motif: Motif


class TransmissionPieceIn(Entree):
    """Le jour de la transmission; sans lui, aujourd'hui."""

    model_config = exemple({})

    le: Jour | None = None


class GelIn(Entree):
    """Pourquoi rien du contrat ne doit plus se détruire."""

    model_config = exemple({"motif": "Litige devant les tribunaux."})

    motif: Motif


class LeveeIn(Entree):
    """Pourquoi le gel n'est plus."""

    model_config = exemple({"motif": "Jugement définitif."})

    motif: Motif


class DestructionOut(Sortie):
    """La destruction attestée d'une pièce."""

    piece_id: UUID
    detruite_le: date
    methode: str
    attestation: str
    attestee: Visa


class DestructionsOut(Sortie):
    """Ce qu'un acte atteste."""

    destructions: tuple[DestructionOut, ...]

    @classmethod
    def de(cls, attestees: Sequence[Destruction]) -> "DestructionsOut":
        return cls(destructions=tuple(map(DestructionOut.model_validate, attestees)))


class PieceContratOut(Sortie):
    """Une pièce, combien de temps elle se garde, et si elle est détruite."""

    id: UUID
    organisme: str
    genre: GenrePiece
    dossier_id: UUID | None
    contrat_id: UUID | None
    titre: str
    empreinte: str
    datee_le: date
    deposee: Visa
    libelle: str = Field(description="Ce que dit d'elle la table de conservation.")
    transmission: Transmission
    destructible_le: date = Field(
        description="Le premier jour où elle peut se détruire, à la table et à la fin de ce jour."
    )
    destruction: DestructionOut | None

    @classmethod
    def de(
        cls,
        piece: Piece,
        contrat: ContratConclu,
        table: Table,
        destruction: DestructionOut | None = None,
    ) -> "PieceContratOut":
        conservation = conservation_de(piece, table)
        deduits = {
            "libelle": conservation.libelle,
            "transmission": conservation.transmission,
            "destructible_le": destructible_le(piece, contrat, table),
            "destruction": destruction,
        }
        return cls.model_validate({**colonnes(piece), **deduits})


class PieceDemandeeOut(Sortie):
    """Une pièce que le Courtier demande."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    piece_id: UUID
    motif: str
    demandee: Visa
    due_le: date
    attendue_le: date | None = Field(description="Absente : transmise.")
    transmise_le: date | None
    transmise: Visa | None

    @classmethod
    def de(cls, demande: Demande) -> "PieceDemandeeOut":
        return cls.model_validate({**colonnes(demande), "attendue_le": demande.attendue_le})


class GelOut(Sortie):
    """Un gel juridique; levé, rien n'en empêche plus une destruction."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    du_courtier: bool = Field(description="Vrai : le Courtier l'a posé, et lui seul le lève.")
    motif: str
    pose: Visa
    motif_levee: str | None
    levee: Visa | None
