"""Une pièce d'un dossier ou d'un contrat (CI-10, CI-23).

Le document vit chez l'organisme; ici, ce qu'il est, sa date et l'empreinte qui le prouve.
"""

from collections.abc import Collection, Iterable
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


PARTAGES = frozenset({GenrePiece.ADMISSIBILITE, GenrePiece.EFVP, GenrePiece.COMMUNICATION})
"""Ce qu'un même document dit de plusieurs dossiers ou contrats : l'attestation d'un fournisseur,
une EFVP, un échange. Les autres genres sont d'un seul."""


UNE_FOIS = frozenset({GenrePiece.AUTORISATION_DIRIGEANT})
"""Ce qui ne sert qu'à un acte : le dirigeant qui autorise de nouveau signe de nouveau (CI-15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prise:
    """Ce qu'un document d'un organisme prouve déjà."""

    genre: str
    dossier_id: UUID | None
    contrat_id: UUID | None
    avenant_id: UUID | None = None
    prepare: bool = False
    """Vrai du document même d'un contrat ou d'un avenant, tel que préparé ou signé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Une pièce d'un dossier, d'un contrat, ou des deux."""

    id: UUID
    organisme: str
    genre: GenrePiece
    dossier_id: UUID | None = None
    contrat_id: UUID | None = None
    avenant_id: UUID | None = None
    """L'avenant dont elle est, s'il y en a un."""
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
        avenant_id: UUID | None = None,
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
            avenant_id=avenant_id,
            titre=titre,
            empreinte=empreinte,
            datee_le=datee_le,
            deposee=Visa.de(acte),
        )

    def exiger_une_seule_chose(self, prises: Collection[Prise]) -> None:
        """Lève `Conflit` (CI-23) d'un document de l'organisme qui prouve déjà autre chose.

        Un autre genre, ou le même d'un autre dossier, contrat ou avenant; `PARTAGES` fait exception
        du second. Le même document du même objet se redit, sauf d'`UNE_FOIS`.
        """
        exiger_un_seul_genre(self.genre, prises)
        siennes = [prise for prise in prises if prise.genre == self.genre]
        if self.genre in PARTAGES or not siennes:
            return
        if self.genre in UNE_FOIS:
            raise Conflit("Cette fiche signée a déjà servi : il en faut une autre.", regle="CI-23")
        if not any(self._est_de(prise) for prise in siennes):
            raise Conflit(
                "Ce même document est déjà la pièce d'un autre dossier, contrat ou avenant : un"
                " document ne prouve qu'une chose.",
                regle="CI-23",
                details={"genres": [self.genre]},
            )

    def _est_de(self, prise: Prise) -> bool:
        """Vrai d'une pièce, ou du document préparé, de ce même objet."""
        if self.avenant_id != prise.avenant_id and not prise.prepare:
            return False
        paires = ((self.dossier_id, prise.dossier_id), (self.contrat_id, prise.contrat_id))
        return any(sien is not None and sien == autre for sien, autre in paires)

    def exiger_absente(self, presentes: Iterable["Piece"]) -> None:
        """Lève `Conflit` (CI-23) si son objet a déjà ce document, sous ce genre."""
        if any((p.genre, p.empreinte) == (self.genre, self.empreinte) for p in presentes):
            raise Conflit("Cette pièce est déjà déposée.", regle="CI-23")


def exiger_un_seul_genre(genre: str, prises: Iterable[Prise]) -> None:
    """Lève `Conflit` (CI-23) si le document prouve déjà autre chose que ce genre.

    Ce qui n'a été qu'un échange (un brouillon envoyé) ne prouvait rien encore.
    """
    autres = [p for p in prises if p.genre not in {genre, GenrePiece.COMMUNICATION}]
    if prepare := next((prise for prise in autres if prise.prepare), None):
        raise Conflit(
            "Ce document est celui d'un contrat ou d'un avenant : il se dépose sous le genre"
            f" « {prepare.genre} ».",
            regle="CI-23",
            details={"genres": [prepare.genre]},
        )
    if autres:
        raise Conflit(
            "Ce même document est déjà déposé comme une autre pièce : un document ne prouve"
            " qu'une chose.",
            regle="CI-23",
            details={"genres": sorted({prise.genre for prise in autres})},
        )


def exiger_d_un_seul(prises: Iterable[Prise], *objet: UUID) -> None:
    """Lève `Conflit` (CI-23) si c'est le document préparé d'un autre contrat ou avenant.

    L'objet : un avenant; ou un contrat et son dossier.
    """
    for prise in prises:
        de = {prise.avenant_id} if prise.avenant_id else {prise.contrat_id, prise.dossier_id}
        if prise.prepare and de.isdisjoint(objet):
            raise Conflit(
                "Ce document est celui d'un autre contrat ou avenant : un document ne prouve"
                " qu'une chose.",
                regle="CI-23",
            )


def exiger_recu_ce_jour(jour: date, acte: Acte, regle: str) -> None:
    """Ce qui parvient au Courtier, lui seul le date d'un jour passé; lève `Conflit`.

    Un organisme en retard ne se dit pas à l'heure.
    """
    if jour < jour_de_quebec(acte.le) and not acte.acteur.est_mcn:
        raise Conflit("Le Courtier seul inscrit ce qu'il a reçu un jour passé.", regle=regle)
