"""L'état de compte d'un organisme : à une date, ou d'un exercice (FAC-17)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from uuid import UUID

from facturation.comptes.domaine.soldes import Age, Solde
from facturation.factures.domaine.factures import NatureDocument
from noyau import ZERO, Conflit, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Ce qu'un règlement n'acquitte pas encore."""

    reglement_id: UUID
    reference: str
    le: date
    montant: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOuvert:
    """Un document dont il reste quelque chose; `conteste` : la part que l'organisme conteste."""

    solde: Solde
    conteste: Montant = ZERO

    @property
    def exigible(self) -> Montant:
        """Ce qui reste à payer, hors ce qui est contesté."""
        return self.solde.reste - self.conteste

    def en_retard(self, le: date) -> bool:
        """Vrai si l'échéance est passée et qu'il en reste à payer, le contesté à part (FAC-17)."""
        return self.solde.retard(le) > 0 and self.exigible > ZERO


@dataclass(frozen=True, slots=True)
class Retard:
    """Un document en retard, et l'organisme qui le doit."""

    organisme: str
    ouvert: DocumentOuvert


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """La fin du jour dont on parle, et la fin du jour de ce qu'on savait : la même, d'office.

    Ce qui se consigne après `su_le` n'y compte pas, fût-il daté d'avant : ce qui fut dit à la fin
    d'un jour se redit pareil, toujours.
    """

    le: date
    su_le: date

    @classmethod
    def de(cls, le: date | None, su_le: date | None, aujourdhui: date) -> "Horizon":
        """Ce qui ne se dit pas est aujourd'hui, ou le jour où l'on savait.

        Lève `Conflit` (FAC-17) d'un jour à venir, ou venu après celui où l'on savait.
        """
        su = su_le or aujourdhui
        exiger_venu(su, aujourdhui)
        jour = le or su
        exiger_venu(jour, aujourdhui)
        if jour > su:
            raise Conflit(f"Le {su}, rien ne se savait encore du {jour}.", regle="FAC-17")
        return cls(le=jour, su_le=su)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtatDeCompte:
    """Factures − crédits − règlements, à la fin d'une date de Québec."""

    organisme: str
    le: date
    su_le: date
    """Rien de ce qui est consigné après ce jour n'y compte."""
    factures: Montant
    notes_de_credit: Montant
    """Négatif ou nul."""
    reglements: Montant
    """Contre-écritures déduites."""
    ouverts: tuple[DocumentOuvert, ...]
    credits: Montant
    """Ce qui ne paie encore aucun document : trop-payés, notes et règlements à appliquer."""

    @property
    def solde(self) -> Montant:
        """Ce que l'organisme doit, tout compris; négatif, ce que le MCN lui doit."""
        return self.factures + self.notes_de_credit - self.reglements

    @property
    def du(self) -> Montant:
        """Ce qui reste à payer des documents, contesté compris."""
        return sum((o.solde.reste for o in self.ouverts if o.solde.reste > ZERO), ZERO)

    @property
    def conteste(self) -> Montant:
        """La part contestée de ce qui reste à payer."""
        return sum((o.conteste for o in self.ouverts), ZERO)

    @property
    def ages(self) -> Mapping[Age, Montant]:
        """Ce qui reste à payer, hors contesté, par âge : chaque âge y est."""
        sommes = dict.fromkeys(Age, ZERO)
        for ouvert in self.ouverts:
            if ouvert.solde.reste > ZERO:
                sommes[Age.de(ouvert.solde.retard(self.le))] += ouvert.exigible
        return sommes


def etablir(
    organisme: str,
    horizon: Horizon,
    soldes: Sequence[Solde],
    regle: Montant,
    contestes: Mapping[str, Montant],
) -> EtatDeCompte:
    """L'état de compte de ces documents, de la somme des règlements et de ce qui est contesté."""
    acquitte = sum((s.acquitte for s in soldes), ZERO)
    pris = sum((s.reste for s in soldes if s.reste < ZERO), ZERO)
    ouverts = [s for s in soldes if s.reste]
    ranges = sorted(ouverts, key=lambda s: (s.echeance or s.emise_le, s.numero))
    return EtatDeCompte(
        organisme=organisme,
        le=horizon.le,
        su_le=horizon.su_le,
        factures=sum((s.total for s in soldes if s.nature is NatureDocument.FACTURE), ZERO),
        notes_de_credit=sum(
            (s.total for s in soldes if s.nature is NatureDocument.NOTE_DE_CREDIT), ZERO
        ),
        reglements=regle,
        ouverts=tuple(ouvrir(s, contestes) for s in ranges),
        credits=regle - acquitte - pris,
    )


def ouvrir(solde: Solde, contestes: Mapping[str, Montant]) -> DocumentOuvert:
    """Le document et sa part contestée : jamais plus que ce qui reste à payer."""
    conteste = min(contestes.get(solde.numero, ZERO), max(solde.reste, ZERO))
    return DocumentOuvert(solde=solde, conteste=conteste)


class SorteMouvement(StrEnum):
    """Ce qui fait bouger un compte, dans l'ordre où cela se lit d'un même jour."""

    FACTURE = "facture"
    NOTE_DE_CREDIT = "note_de_credit"
    REGLEMENT = "reglement"
    CONTRE_ECRITURE = "contre_ecriture"


_RANGS = {sorte: rang for rang, sorte in enumerate(SorteMouvement)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouvement:
    """Une ligne du compte : un document, un règlement ou sa contre-écriture.

    `montant` : positif, il augmente ce qui est dû. `solde` : ce qui est dû ensuite.
    """

    le: date
    sorte: SorteMouvement
    numero: str
    """Du document; d'un règlement, sa référence."""
    reglement_id: UUID | None = None
    inscrit_le: datetime | None = None
    """D'un règlement, quand il fut consigné : après sa date, s'il l'est en retard."""
    montant: Montant
    solde: Montant = ZERO

    @property
    def place(self) -> tuple[date, int, str, str]:
        """Où la ligne se lit."""
        return self.le, _RANGS[self.sorte], self.numero, str(self.reglement_id or "")


def derouler(mouvements: Iterable[Mouvement]) -> Sequence[Mouvement]:
    """Les lignes d'un compte depuis son origine, dans l'ordre, chacune avec son solde."""
    ranges = sorted(mouvements, key=lambda m: m.place)
    soldes = accumulate((m.montant for m in ranges), initial=ZERO)
    next(soldes)
    return [replace(m, solde=solde) for m, solde in zip(ranges, soldes, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annee:
    """L'état de compte d'un exercice : l'ouverture, ses lignes, la fermeture.

    La fermeture d'un exercice est l'ouverture du suivant, l'une et l'autre sues le même jour. D'un
    exercice qui court, `au` est ce jour.
    """

    organisme: str
    exercice: str
    du: date
    au: date
    su_le: date
    ouverture: Montant
    mouvements: tuple[Mouvement, ...]

    @classmethod
    def de(
        cls, organisme: str, exercice: str, su_le: date, mouvements: Sequence[Mouvement]
    ) -> "Annee":
        """L'exercice, de toutes les lignes du compte qu'on savait à la fin de ce jour, déroulées.

        Lève `Conflit` (FAC-17) s'il n'est pas commencé.
        """
        debut, fin = bornes(exercice)
        exiger_venu(debut, su_le)
        avant = [m for m in mouvements if m.le < debut]
        au = min(fin, su_le)
        return cls(
            organisme=organisme,
            exercice=exercice,
            du=debut,
            au=au,
            su_le=su_le,
            ouverture=avant[-1].solde if avant else ZERO,
            mouvements=tuple(m for m in mouvements if debut <= m.le <= au),
        )

    @property
    def fermeture(self) -> Montant:
        """Ce qui est dû à la fin du dernier jour."""
        return self.mouvements[-1].solde if self.mouvements else self.ouverture

    @property
    def sommes(self) -> Iterator[tuple[SorteMouvement, Montant]]:
        """La somme de chaque sorte; l'ouverture et elles font la fermeture."""
        for sorte in SorteMouvement:
            yield sorte, sum((m.montant for m in self.mouvements if m.sorte is sorte), ZERO)


def bornes(exercice: str) -> tuple[date, date]:
    """Le premier et le dernier jour d'un exercice, « 2026-2027 »."""
    debut = date(int(exercice[:4]), 4, 1)
    return debut, debut.replace(year=debut.year + 1) - timedelta(days=1)


def exiger_venu(jour: date, aujourdhui: date) -> None:
    """Un compte ne se lit pas d'un jour à venir; lève `Conflit` (FAC-17)."""
    if jour > aujourdhui:
        raise Conflit(f"Le {jour} n'est pas venu : ce compte ne se sait pas.", regle="FAC-17")
