"""Ce qu'il reste à payer d'un document, et où il en est un jour donné (FAC-17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from facturation.factures.domaine.factures import NatureDocument
from noyau import ZERO, Montant


class EtatDocument(StrEnum):
    """Où en est un document; rien ne se coupe pour un retard."""

    DU = "du"
    REGLE_EN_PARTIE = "regle_en_partie"
    REGLE = "regle"
    EN_RETARD = "en_retard"
    CREDIT = "credit"
    """Un crédit qu'aucun règlement n'a encore pris : une note, ou un document payé en trop."""


class Age(StrEnum):
    """Depuis combien de jours civils l'échéance est passée."""

    NON_ECHU = "non_echu"
    DE_1_A_30 = "de_1_a_30_jours"
    DE_31_A_60 = "de_31_a_60_jours"
    DE_61_A_90 = "de_61_a_90_jours"
    PLUS_DE_90 = "plus_de_90_jours"

    @classmethod
    def de(cls, retard: int) -> "Age":
        """L'âge de tant de jours de retard."""
        bornes = ((0, cls.NON_ECHU), (30, cls.DE_1_A_30), (60, cls.DE_31_A_60))
        derniere = cls.DE_61_A_90 if retard <= 90 else cls.PLUS_DE_90
        return next((age for borne, age in bornes if retard <= borne), derniere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solde:
    """Un document émis, ce qui le diminue, et ce qu'il en reste, à une date.

    `corrige` : le document que cette note de crédit corrige; elle diminue son dû à lui, et n'a pas
    de reste à elle. Celle d'un mois n'en corrige aucun : elle est au compte de l'organisme.
    """

    numero: str
    nature: NatureDocument
    periode: str
    emise_le: date
    echeance: date | None
    """Le dernier jour où payer à temps; absente, rien n'est jamais en retard."""
    total: Montant
    corrige: str | None = None
    credite: Montant = ZERO
    """Ce que des notes de crédit retranchent de son dû; négatif ou nul."""
    credite_le: date | None = None
    """L'émission de la dernière."""
    acquitte: Montant = ZERO
    """Ce que des règlements en ont payé; négatif, ce qu'ils ont pris à son crédit."""

    @property
    def reste(self) -> Montant:
        """Ce qui reste à payer; négatif, le crédit qui reste à prendre."""
        return ZERO if self.corrige else self.total + self.credite - self.acquitte

    def retard(self, le: date) -> int:
        """Les jours civils passés depuis l'échéance, s'il en reste à payer; zéro sinon."""
        if self.echeance is None or self.reste <= ZERO:
            return 0
        return max(0, (le - self.echeance).days)

    def etat(self, le: date) -> EtatDocument:
        """Où en est le document ce jour-là."""
        if self.reste < ZERO:
            return EtatDocument.CREDIT
        if not self.reste:
            return EtatDocument.REGLE
        if self.retard(le):
            return EtatDocument.EN_RETARD
        return EtatDocument.REGLE_EN_PARTIE if self.acquitte > ZERO else EtatDocument.DU

    def acquitter(self, montant: Montant) -> "Solde":
        """Le même document, un acquittement de plus."""
        return replace(self, acquitte=self.acquitte + montant)


def crediter(soldes: Iterable[Solde]) -> Sequence[Solde]:
    """Les documents d'un organisme, chacun diminué des notes de crédit qui le corrigent."""
    tous = list(soldes)
    notes: dict[str, list[Solde]] = {}
    for note in tous:
        if note.corrige:
            notes.setdefault(note.corrige, []).append(note)
    return [_diminue(solde, notes.get(solde.numero, ())) for solde in tous]


def _diminue(solde: Solde, notes: Sequence[Solde]) -> Solde:
    if not notes:
        return solde
    return replace(
        solde,
        credite=sum((note.total for note in notes), ZERO),
        credite_le=max(note.emise_le for note in notes),
    )
