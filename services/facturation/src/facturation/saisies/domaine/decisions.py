"""Une décision d'office : ce qu'une personne pose, et ce qu'une seconde en dit (FAC-13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from facturation.factures.domaine.ajustements import AjustementVoulu
from noyau import ZERO, Acte, Acteur, Interdit, Montant, TransitionImpossible, exiger_une_personne


class NatureDecision(StrEnum):
    """Ce qui se décide."""

    SAISIE = "saisie"
    LOT = "lot"
    AJUSTEMENT = "ajustement"


class EtatDecision(StrEnum):
    """Où en est une décision; appliquée, son auteur pouvait la prendre seul."""

    A_CONFIRMER = "a_confirmer"
    APPLIQUEE = "appliquee"
    CONFIRMEE = "confirmee"
    REFUSEE = "refusee"
    RETIREE = "retiree"


Compte: TypeAlias = tuple[str, str, str]
"""Ce dont les montants s'additionnent, chez un organisme : un auteur, ou un tarif."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Ce qui se pose chez un organisme, sous un tarif ($); négatif, un crédit."""

    auteur: str
    organisme: str
    tarif: str
    montant: Montant

    @property
    def comptes(self) -> tuple[Compte, Compte]:
        """Celui de son auteur, tous tarifs confondus, et celui du tarif, tous auteurs confondus.

        Une ligne de document est d'un seul tarif : ce qui s'y ajuste est de ce compte.
        """
        return (self.organisme, "auteur", self.auteur), (self.organisme, "tarif", self.tarif)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Ce qu'un auteur pose d'un geste : une saisie, un lot, un ajustement.

    `organisme` et `tarif` manquent s'il y en a plusieurs; `numero`, `rang` et `motif` ne sont que
    d'un ajustement, dont le montant porte le signe.
    """

    id: UUID
    nature: NatureDecision
    organisme: str | None
    tarif: str | None
    montant: Montant
    lignes: int
    numero: str | None = None
    rang: int | None = None
    motif: str | None = None
    etat: EtatDecision
    proposee_le: datetime
    proposee_par: str
    tranchee_le: datetime | None = None
    tranchee_par: str | None = None
    motif_refus: str | None = None

    @property
    def vaut(self) -> bool:
        """Vrai si elle a son effet."""
        return self.etat in {EtatDecision.APPLIQUEE, EtatDecision.CONFIRMEE}

    @property
    def ajustement(self) -> AjustementVoulu | None:
        """L'ajustement qu'elle pose, qui porte son identité; aucun : elle pose des saisies."""
        if self.numero is None or self.rang is None:
            return None
        return AjustementVoulu(
            id=self.id,
            numero=self.numero,
            rang=self.rang,
            montant=self.montant,
            motif=self.motif or "",
        )

    def confirmer(self, acte: Acte) -> "Decision":
        """Une seconde personne y consent.

        Lève `Interdit` si c'est son auteur ou une machine, `TransitionImpossible` si elle
        n'attend plus.
        """
        self._exiger_un_autre(acte.acteur)
        return self._trancher("confirmation", EtatDecision.CONFIRMEE, acte)

    def refuser(self, motif: str, acte: Acte) -> "Decision":
        """Une seconde personne s'y oppose, et dit pourquoi; lève comme `confirmer`."""
        self._exiger_un_autre(acte.acteur)
        return replace(self._trancher("refus", EtatDecision.REFUSEE, acte), motif_refus=motif)

    def retirer(self, acte: Acte) -> "Decision":
        """Son auteur y renonce; lève `Interdit` si c'est un autre, `TransitionImpossible`."""
        if acte.acteur.sujet != self.proposee_par:
            raise Interdit("Seul son auteur retire une décision; refusez-la.", regle="FAC-13")
        return self._trancher("retrait", EtatDecision.RETIREE, acte)

    def _exiger_un_autre(self, acteur: Acteur) -> None:
        exiger_une_personne(acteur, "FAC-13")
        if acteur.sujet == self.proposee_par:
            raise Interdit(
                "Nul ne confirme ni ne refuse sa propre décision; retirez-la.", regle="FAC-13"
            )

    def _trancher(self, geste: str, etat: EtatDecision, acte: Acte) -> "Decision":
        if self.etat is not EtatDecision.A_CONFIRMER:
            raise TransitionImpossible(geste, self.etat, (), regle="FAC-13")
        sujet = acte.acteur.sujet
        return replace(self, etat=etat, tranchee_le=acte.le, tranchee_par=sujet)


def sommer(poses: Iterable[Pose]) -> Mapping[Compte, Montant]:
    """Ce qui se pose en tout, de chaque compte, sans égard au signe."""
    sommes: defaultdict[Compte, Montant] = defaultdict(lambda: ZERO)
    for pose in poses:
        for compte in pose.comptes:
            sommes[compte] += max(pose.montant, -pose.montant)
    return sommes


def etat_initial(voulues: Collection[Pose], deja: Collection[Pose], seul: Montant) -> EtatDecision:
    """Appliquée si, avec ce qui fut déjà posé seul, aucun de ses comptes ne passe le seuil."""
    sommes = sommer([*voulues, *deja])
    passe = any(sommes[compte] > seul for pose in voulues for compte in pose.comptes)
    return EtatDecision.A_CONFIRMER if passe else EtatDecision.APPLIQUEE
