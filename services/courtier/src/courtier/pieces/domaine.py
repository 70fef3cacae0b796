"""Une pièce d'un dossier ou d'un contrat (CI-10, CI-23).

Le document vit chez l'organisme; ici, ce qu'il est, sa date et l'empreinte qui le prouve.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from noyau import Acte, Conflit, jour_de_quebec


class GenrePiece(StrEnum):
    """Ce qu'est une pièce; sa conservation est une norme du même nom (CI-23)."""

    CHOIX = "choix"
    """Ce qui appuie le choix : besoins, conformité, scénarios, précisions, bancs d'essai."""
    EFVP = "efvp"
    AUTORISATION_DIRIGEANT = "autorisation_dirigeant"
    REDDITION_SCT = "reddition_sct"
    AUTORISATION_BUDGETAIRE = "autorisation_budgetaire"
    ADMISSIBILITE = "admissibilite"
    CONTRAT_SIGNE = "contrat_signe"
    COMMANDE = "commande"
    AVENANT_SIGNE = "avenant_signe"
    EVALUATION_RENDEMENT = "evaluation_rendement"
    RESILIATION = "resiliation"
    FACTURE = "facture"
    COMMUNICATION = "communication"
    DIFFEREND = "differend"


@dataclass(frozen=True, slots=True)
class Visa:
    """Qui a posé un acte, et quand."""

    par: str
    le: datetime

    @classmethod
    def de(cls, acte: Acte) -> "Visa":
        return cls(acte.acteur.sujet, acte.le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Une pièce d'un dossier, d'un contrat, ou des deux."""

    id: UUID
    organisme: str
    genre: GenrePiece
    dossier_id: UUID | None = None
    contrat_id: UUID | None = None
    titre: str
    empreinte: str
    """SHA-256 du document, en hexadécimal."""
    datee_le: date
    """Celle que porte le document, date de Québec."""
    deposee: Visa

    @classmethod
    def deposer(
        cls,
        identifiant: UUID,
        organisme: str,
        genre: GenrePiece,
        *,
        titre: str,
        empreinte: str,
        datee_le: date,
        dossier_id: UUID | None = None,
        contrat_id: UUID | None = None,
        acte: Acte,
    ) -> "Piece":
        """Lève `Conflit` (CI-23) d'un document daté de l'avenir, ou qui n'est d'aucun objet."""
        if dossier_id is None and contrat_id is None:
            raise Conflit("Une pièce est d'un dossier ou d'un contrat.", regle="CI-23")
        if datee_le > jour_de_quebec(acte.le):
            raise Conflit("Une pièce ne porte pas une date à venir.", regle="CI-23")
        return cls(
            id=identifiant,
            organisme=organisme,
            genre=genre,
            dossier_id=dossier_id,
            contrat_id=contrat_id,
            titre=titre,
            empreinte=empreinte,
            datee_le=datee_le,
            deposee=Visa.de(acte),
        )

    def exiger_un_seul_genre(self, deja: Collection[str]) -> None:
        """Lève `Conflit` (CI-23) : ce document est déjà à cet objet, pour prouver autre chose."""
        if autres := sorted(genre for genre in deja if genre != self.genre):
            raise Conflit(
                "Ce même document est déjà déposé comme une autre pièce : un document ne prouve"
                " qu'une chose.",
                regle="CI-23",
                details={"genres": autres},
            )


def exiger_recu_ce_jour(jour: date, acte: Acte, regle: str) -> None:
    """Ce qui parvient au Courtier, lui seul le date d'un jour passé; lève `Conflit`.

    Un organisme en retard ne se dit pas à l'heure.
    """
    if jour < jour_de_quebec(acte.le) and not acte.acteur.est_mcn:
        raise Conflit("Le Courtier seul inscrit ce qu'il a reçu un jour passé.", regle=regle)
