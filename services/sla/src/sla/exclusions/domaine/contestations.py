"""Ce qu'un organisme conteste d'une mesure, et ce que le MCN en décide (SLA-8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from noyau import Acte, Conflit, Fait, Interdit, TransitionImpossible
from sla.histoires.domaine import Sujet


class Objet(StrEnum):
    """Ce qui se conteste."""

    EXCLUSION = "exclusion"
    """Une exclusion qu'une personne a prononcée."""
    CONDITION = "condition"
    """Une condition de la fiche, qui exclut une mesure."""
    SUSPENSION = "suspension"
    """Un fait qui suspend les mesures d'un sujet."""
    INDISPONIBILITE = "indisponibilite"
    """La durée, ou l'existence, d'une indisponibilité d'un service."""


class Etat(StrEnum):
    """Où en est une contestation; décidée ou retirée, elle ne change plus."""

    OUVERTE = "ouverte"
    ACCEPTEE = "acceptee"
    REJETEE = "rejetee"
    RETIREE = "retiree"


TRANCHEES = frozenset({Etat.ACCEPTEE, Etat.REJETEE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conteste:
    """Ce que l'on conteste, et ce qu'on en sait."""

    objet: Objet
    objet_id: UUID
    """L'exclusion; la mesure, d'une condition; l'acte, d'une suspension; l'indisponibilité."""
    organisme: str
    sujet: Sujet
    condition: str | None = None
    """D'une condition seulement, son code."""
    version: int | None = None
    """D'une indisponibilité seulement, celle que l'on conteste."""
    decideur: str | None = None
    """Qui a posé ce que l'on conteste, si nous le savons : il n'en décide pas."""


class ActeVise(Protocol):
    """Ce que l'on sait ici d'un acte d'une indisponibilité."""

    @property
    def version(self) -> int: ...

    @property
    def auteur(self) -> str: ...

    def compte_a(self, organisme: str) -> object:
        """Ce qu'il en compte à cet organisme; pareil, les minutes sont les mêmes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Ce qui finit une contestation."""

    etat: Etat
    motif: str | None
    """Toujours dit d'une décision du MCN; au gré de l'organisme s'il retire."""
    prise_le: datetime
    prise_par: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestation:
    """Un objet qu'un organisme conteste, et pourquoi."""

    id: UUID
    organisme: str
    objet: Objet
    objet_id: UUID
    condition: str | None
    sujet: str
    sujet_id: str
    motif: str
    fait_nouveau: str | None
    """Ce qui permet de revenir sur ce qui fut tranché."""
    preuve: str | None
    empreinte: str | None
    """SHA-256 de la pièce, en hexadécimal."""
    ouverte_le: datetime
    ouverte_par: str
    decideur: str | None
    """Qui a posé ce que l'on conteste, si nous le savons."""
    version_contestee: int | None = None
    """D'une indisponibilité seulement : ce qu'elle disait alors."""
    decision: Decision | None = None

    @property
    def etat(self) -> Etat:
        return Etat.OUVERTE if self.decision is None else self.decision.etat

    @property
    def de(self) -> Sujet:
        """Le sujet que sa décision fait rejouer."""
        return Sujet(self.sujet, self.sujet_id)

    def porte_sur(self, conteste: Conteste) -> bool:
        """Vrai si elle porte sur ce que l'on conteste maintenant du même objet.

        Acceptée, celle d'une indisponibilité portait sur ce qui fut corrigé : ce que la correction
        en a laissé se conteste à neuf.
        """
        corrigee = self.version_contestee != conteste.version and self.etat is Etat.ACCEPTEE
        return self.condition == conteste.condition and not corrigee

    def trancher(
        self, etat: Etat, motif: str, acte: Acte, poseurs: Collection[str] = ()
    ) -> "Contestation":
        """La même, décidée par le MCN.

        Lève `TransitionImpossible` si elle est finie; `Interdit` si son auteur, celui de ce qu'elle
        conteste, ou l'un de ses `poseurs`, en décide (SLA-8).
        """
        if acte.acteur.sujet in {self.ouverte_par, self.decideur, *poseurs}:
            raise Interdit(
                "Qui a contesté, ou posé ce qui est contesté, n'en décide pas.", regle="SLA-8"
            )
        return self._finir("decision", etat, motif, acte)

    def exiger_corrigee(self, actes: Sequence[ActeVise]) -> None:
        """Lève `Conflit` (SLA-8) si l'indisponibilité compte à l'organisme ce qu'il contestait.

        `actes` : son fil, dans l'ordre. Corriger ce dont nulle minute ne dépend (ses sites), ou
        revenir à ce qui était contesté, ne suffit pas.
        """
        contestee = next(a for a in actes if a.version == self.version_contestee)
        if actes[-1].compte_a(self.organisme) == contestee.compte_a(self.organisme):
            raise Conflit(
                "Corrigez ou annulez d'abord l'indisponibilité : accepter la contestation ne change"
                " aucune minute.",
                regle="SLA-8",
            )

    def retirer(self, motif: str | None, acte: Acte) -> "Contestation":
        """La même, retirée par l'organisme; lève `TransitionImpossible` si elle est finie."""
        return self._finir("retrait", Etat.RETIREE, motif, acte)

    def _finir(self, geste: str, etat: Etat, motif: str | None, acte: Acte) -> "Contestation":
        if self.decision is not None:
            raise TransitionImpossible(geste, self.etat, [], regle="SLA-8")
        decision = Decision(etat=etat, motif=motif, prise_le=acte.le, prise_par=acte.acteur.sujet)
        return replace(self, decision=decision)


def exiger_contestable(
    objet: Objet, deja: Collection[Etat], fait_nouveau: str | None, ouvertes: int, borne: int
) -> None:
    """Lève `Conflit` (SLA-8) si l'objet ne se conteste pas, ou pas encore de nouveau.

    Une suspension écartée ne suspend plus. `deja` : l'état de chaque contestation d'avant du même
    objet. `ouvertes` : celles que l'organisme tient ouvertes, tous objets réunis.
    """
    if Etat.OUVERTE in deja:
        raise Conflit("Une contestation en est déjà ouverte.", regle="SLA-8")
    if objet is Objet.SUSPENSION and Etat.ACCEPTEE in deja:
        raise Conflit(
            "Une contestation acceptée l'a écartée : rien n'en reste à contester.", regle="SLA-8"
        )
    revient = not TRANCHEES.isdisjoint(deja)
    if revient and fait_nouveau is None:
        raise Conflit(
            "Une contestation en a déjà été tranchée : on n'y revient que sur un fait nouveau, à"
            " dire dans « fait_nouveau ».",
            regle="SLA-8",
        )
    if fait_nouveau is not None and not revient:
        raise Conflit(
            "Rien n'en est tranché : il n'y a pas de « fait_nouveau » à dire. Dites tout dans le"
            " motif.",
            regle="SLA-8",
        )
    if ouvertes >= borne:
        raise Conflit(
            f"{ouvertes} contestations de votre organisme attendent déjà une décision, et c'est la"
            " borne : retirez-en, ou attendez.",
            regle="SLA-8",
            details={"ouvertes": ouvertes, "borne": borne},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestationOuverte(Fait):
    """Un organisme conteste."""

    contestation: Contestation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestationTranchee(Fait):
    """Le MCN a décidé."""

    contestation: Contestation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestationRetiree(Fait):
    """L'organisme y renonce."""

    contestation: Contestation
