"""Les corps reçus et rendus par les contestations."""

import base64
import binascii
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Path
from pydantic import AfterValidator, Field, model_validator

from facturation.contestations.cas_usage import Contester, VerserPiece
from facturation.contestations.domaine.contestations import (
    Accord,
    Contestation,
    Decision,
    Etat,
    Geste,
)
from facturation.contestations.domaine.ouverture import LIGNES_MAX
from facturation.contestations.domaine.pieces import OCTETS_MAX, GenrePiece
from facturation.factures.entrees.schemas import Argent, Numero
from noyau import Montant
from socle import champs
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple

Rang = Annotated[int, Field(ge=1, le=10_000_000, description="Le rang de la ligne.")]
Empreinte = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 du contenu, en hexadécimal.",
        examples=["2e96c1d84f0e4f2f5b6b9d2a7a6f0f8a1d3b8c47c5e9f6027b14d8e3a95c7f60"],
    ),
]


class LigneContesteeIn(Entree):
    """Une ligne du document; sans motif, celui de la contestation."""

    rang: Rang
    motif: champs.Motif | None = None


class ContestationIn(Entree):
    """Ce que l'organisme conteste d'un document, et pourquoi."""

    model_config = exemple(
        {
            "motif": "Le poste était hors d'usage du 8 au 15 septembre.",
            "lignes": [{"rang": 1, "motif": "Billet INC0045871."}],
        }
    )

    motif: champs.Motif
    lignes: list[LigneContesteeIn] = Field(min_length=1, max_length=LIGNES_MAX)
    fait_nouveau: champs.Motif | None = Field(
        default=None,
        description="Exigé pour revenir sur une ligne tranchée ou un document validé; refusé si"
        " rien n'est décidé.",
    )

    @model_validator(mode="after")
    def _une_fois_chacune(self) -> Self:
        if len({ligne.rang for ligne in self.lignes}) < len(self.lignes):
            raise ValueError("Une ligne ne se conteste qu'une fois.")
        return self

    def commande(self, id_: UUID, numero: str) -> Contester:
        return Contester(
            id=id_,
            numero=numero,
            motif=self.motif,
            lignes=[(ligne.rang, ligne.motif or self.motif) for ligne in self.lignes],
            fait_nouveau=self.fait_nouveau,
        )


class TexteIn(Entree):
    """Ce que dit un geste : un motif, une question, une réponse."""

    model_config = exemple({"texte": "Le billet INC0045871 dit un remplacement le 16."})

    texte: champs.Motif


class TexteFacultatifIn(Entree):
    """Ce que dit un geste, s'il y a lieu."""

    model_config = exemple({})

    texte: champs.Motif | None = None


class AccordIn(Entree):
    """Ce qu'une décision partielle rend d'une ligne; sans montant, tout ce qui en reste."""

    rang: Rang
    montant: Decimal | None = Field(
        default=None,
        gt=0,
        max_digits=12,
        decimal_places=2,
        description="Dollars, avant taxes : les taxes suivent.",
    )

    @property
    def accord(self) -> Accord:
        return Accord(self.rang, None if self.montant is None else Montant.de(self.montant))


_GESTES = {"acceptee": Geste.ACCEPTER, "partielle": Geste.ACCORDER, "rejetee": Geste.REJETER}


class DecisionIn(Entree):
    """La décision de la facturation, motivée; `lignes` : d'une décision partielle seulement."""

    model_config = exemple(
        {
            "decision": "partielle",
            "motif": "Hors d'usage huit jours sur trente.",
            "lignes": [{"rang": 1, "montant": "39.20"}],
        }
    )

    decision: Literal["acceptee", "partielle", "rejetee"]
    motif: champs.Motif
    lignes: list[AccordIn] = Field(default_factory=list, max_length=LIGNES_MAX)

    @model_validator(mode="after")
    def _partielle_seulement(self) -> Self:
        if bool(self.lignes) is not (self.decision == "partielle"):
            raise ValueError("Une décision partielle, et elle seule, dit ce qu'elle rend.")
        return self

    @property
    def voulue(self) -> Decision:
        accords = tuple(ligne.accord for ligne in self.lignes)
        return Decision(geste=_GESTES[self.decision], motif=self.motif, accords=accords)


def _en_base64(contenu: str) -> str:
    try:
        base64.b64decode(contenu, validate=True)
    except (binascii.Error, ValueError) as erreur:
        raise ValueError("Le contenu s'écrit en base64.") from erreur
    return contenu


class PieceIn(Entree):
    """Une pièce; ce qu'elle est se lit de son contenu, jamais de son nom."""

    model_config = exemple(
        {"nom": "billets.csv", "contenu": "YmlsbGV0O2pvdXJzCklOQzAwNDU4NzE7MjAK"}
    )

    nom: champs.Nom
    contenu: Annotated[str, AfterValidator(_en_base64)] = Field(
        max_length=OCTETS_MAX * 4 // 3 + 4,
        description=f"En base64 : PDF, PNG, JPEG, CSV ou XLSX, au plus {OCTETS_MAX} octets.",
    )

    def commande(self, contestation_id: UUID) -> VerserPiece:
        contenu = base64.b64decode(self.contenu)
        return VerserPiece(contestation_id=contestation_id, nom=self.nom, contenu=contenu)


class LigneContesteeOut(Sortie):
    """Une ligne contestée, ce qu'elle demandait, ce qui en est rendu."""

    rang: int
    motif: str
    montant: Argent
    accorde: Argent | None = Field(description="Absent tant que rien n'en est décidé.")


class EchangeOut(Sortie):
    """Un geste du fil : qui, quand, ce qu'il dit."""

    geste: Geste
    le: datetime
    par: str
    texte: str | None


class ResumeContestationOut(Sortie):
    """Une contestation, sans ses lignes ni son fil."""

    id: UUID
    organisme: str
    numero: Numero = Field(description="Le document contesté.")
    etat: Etat
    motif: str
    tardive: bool
    ouverte_le: datetime
    echeance: date | None = Field(
        description="Le dernier jour où décider à temps; absente : finie, ou en attente de réponse."
    )
    note: Numero | None = Field(description="La note de crédit de la décision.")


class ContestationOut(ResumeContestationOut):
    """Une contestation, ses lignes et son fil daté (FAC-8)."""

    ouverte_par: str
    fait_nouveau: str | None
    gelee: bool = Field(description="Vrai : nulle de ses pièces ne se détruit.")
    lignes: list[LigneContesteeOut]
    fil: list[EchangeOut]
    version: int

    @classmethod
    def de(cls, contestation: Contestation) -> "ContestationOut":
        calculees = {"echeance": contestation.echeance, "gelee": contestation.gelee}
        return cls.model_validate({**colonnes(contestation), **calculees})


class PieceOut(Sortie):
    """Une pièce versée."""

    empreinte: str = Field(description="SHA-256 du contenu, en hexadécimal.")
    nom: str
    genre: GenrePiece = Field(description="Reconnu à son contenu.")
    taille: int = Field(description="En octets.")
    versee_le: datetime
    versee_par: str
    detruite_le: datetime | None = Field(
        default=None, description="Détruite : son contenu et son nom ne sont plus."
    )
    detruite_par: str | None = None
    detruite_motif: str | None = None


class PieceEchueOut(Sortie):
    """Une pièce qui ne se garde plus, et ce qui retient peut-être encore sa destruction."""

    contestation_id: UUID
    organisme: str
    numero: Numero = Field(description="Le document contesté.")
    etat: Etat = Field(description="Comment la contestation a fini.")
    finie_le: datetime = Field(description="Depuis quand la pièce se gardait.")
    gelee: bool = Field(description="Vrai : un gel tient, sa pièce se garde.")
    empreinte: str = Field(description="SHA-256 du contenu, en hexadécimal.")
    nom: str
    genre: GenrePiece
    taille: int = Field(description="En octets.")
    versee_le: datetime
    versee_par: str


class DestructionIn(Entree):
    """Pourquoi la pièce se détruit."""

    model_config = exemple({"motif": "Échue; liste vérifiée avec les archives le 3 novembre."})

    motif: champs.Motif


class PieceLueOut(PieceOut):
    """Une pièce et son contenu."""

    contenu: str = Field(description="En base64.")


class ValidationOut(Sortie):
    """Si un document est validé, par qui et quand; le silence ne valide rien (TEL-2)."""

    numero: Numero
    validee_le: datetime | None = Field(description="Absent : pas validé.")
    validee_par: str | None
