"""L'accès au Catalogue : l'organisme est admissible, la personne y a un compte (CI-11, CI-12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from noyau import (
    Acte,
    Acteur,
    Chronologie,
    Conflit,
    Interdit,
    Introuvable,
    TransitionImpossible,
    Version,
    jour_de_quebec,
)


class EtatCompte(StrEnum):
    """Où en est la demande d'accès d'une personne; accordé, le compte lit."""

    DEMANDE = "demande"
    ACCORDE = "accorde"
    REFUSE = "refuse"
    RETIRE = "retire"


class DecisionCompte(StrEnum):
    """Ce que le Courtier répond à une demande d'accès."""

    ACCORDEE = "accordee"
    REFUSEE = "refusee"


@dataclass(frozen=True, slots=True)
class Prononce:
    """Ce que le Courtier a décidé : qui, quand (UTC), et pourquoi."""

    par: str
    le: datetime
    motif: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compte:
    """L'accès qu'une personne (le sujet de son jeton) demande pour son organisme.

    Refusé ou retiré, il est fini : la personne en demande un autre.
    """

    id: UUID
    version: int
    organisme: str
    sujet: str
    motif: str
    demande_le: datetime
    decision: DecisionCompte | None = None
    decidee: Prononce | None = None
    retrait: Prononce | None = None

    @property
    def etat(self) -> EtatCompte:
        if self.retrait is not None:
            return EtatCompte.RETIRE
        if self.decision is None:
            return EtatCompte.DEMANDE
        accordee = self.decision is DecisionCompte.ACCORDEE
        return EtatCompte.ACCORDE if accordee else EtatCompte.REFUSE

    def trancher(self, decision: DecisionCompte, motif: str, acte: Acte) -> "Compte":
        """Lève `TransitionImpossible` (CI-11) si la demande est déjà tranchée."""
        if self.etat is not EtatCompte.DEMANDE:
            raise TransitionImpossible("decision", self.etat, self._permis, regle="CI-11")
        decidee = Prononce(acte.acteur.sujet, acte.le, motif)
        return replace(self, version=self.version + 1, decision=decision, decidee=decidee)

    def retirer(self, motif: str, acte: Acte) -> "Compte":
        """Lève `TransitionImpossible` (CI-11) si le compte n'est pas accordé."""
        if self.etat is not EtatCompte.ACCORDE:
            raise TransitionImpossible("retrait", self.etat, self._permis, regle="CI-11")
        retrait = Prononce(acte.acteur.sujet, acte.le, motif)
        return replace(self, version=self.version + 1, retrait=retrait)

    @property
    def _permis(self) -> Sequence[str]:
        permis = {EtatCompte.DEMANDE: ("decision",), EtatCompte.ACCORDE: ("retrait",)}
        return permis.get(self.etat, ())


# Admissibilité


@dataclass(frozen=True, slots=True, kw_only=True)
class Admissibilite:
    """Le Courtier exclut un organisme, ou le réadmet, à compter d'un jour de Québec."""

    id: UUID
    organisme: str
    rang: int
    """Croît de un d'une décision à la suivante, pour cet organisme."""
    admissible: bool
    debut: date
    decidee: Prononce


@dataclass(frozen=True, slots=True)
class Admissibilites:
    """Toutes les décisions sur un organisme inscrit; d'office, il est admissible."""

    decisions: tuple[Admissibilite, ...] = ()

    def admissible(self, le: date) -> bool:
        """De deux décisions d'un même jour, la dernière prise vaut."""
        datees = Chronologie.de(Version(d.rang, d.debut, d.admissible) for d in self.decisions)
        version = datees.en_vigueur(le)
        return True if version is None else version.valeur

    def exiger(self, le: date) -> None:
        """Lève `Interdit` (CI-11) si l'organisme est exclu ce jour-là."""
        if not self.admissible(le):
            raise Interdit(
                "Le Courtier a exclu l'organisme de l'accès au Catalogue.", regle="CI-11"
            )

    def decider(
        self,
        identifiant: UUID,
        organisme: str,
        *,
        admissible: bool,
        debut: date,
        motif: str,
        acte: Acte,
    ) -> Admissibilite:
        """La décision suivante; ce qui a déjà été lu ne se défait pas.

        Lève `Conflit` (CI-11) si elle commence avant aujourd'hui, ou dit ce qui vaut déjà ce jour.
        """
        if debut < jour_de_quebec(acte.le):
            raise Conflit("L'admissibilité ne change pas dans le passé.", regle="CI-11")
        if self.admissible(debut) is admissible:
            etat = "admissible" if admissible else "exclu"
            raise Conflit(f"L'organisme est déjà {etat} ce jour-là.", regle="CI-11")
        return Admissibilite(
            id=identifiant,
            organisme=organisme,
            rang=len(self.decisions) + 1,
            admissible=admissible,
            debut=debut,
            decidee=Prononce(acte.acteur.sujet, acte.le, motif),
        )


@dataclass(frozen=True, slots=True)
class Droit:
    """Ce qui permet à une personne d'un organisme de lire le Catalogue."""

    accorde: bool
    """Vrai si elle y a un compte accordé, qui n'a pas été retiré."""
    admissibilites: Admissibilites

    def exiger(self, le: date) -> None:
        """Lève `Interdit` (CI-11), en disant comment demander un compte."""
        self.admissibilites.exiger(le)
        if not self.accorde:
            raise Interdit(
                "Le Catalogue se lit avec un compte que le Courtier accorde à chaque personne :"
                " demandez le vôtre par POST /v1/acces.",
                regle="CI-11",
            )


# Liste de diffusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Inscription:
    """Une personne veut être avisée des mises à jour du Catalogue (CI-12).

    Retirée, elle ne garde pas son adresse.
    """

    id: UUID
    version: int
    organisme: str
    sujet: str
    courriel: str | None
    inscrite_le: datetime
    retiree_le: datetime | None = None

    def retirer(self, acte: Acte) -> "Inscription":
        """Lève `TransitionImpossible` (CI-12) si elle l'est déjà."""
        if self.retiree_le is not None:
            raise TransitionImpossible("retrait", "retiree", (), regle="CI-12")
        return replace(self, version=self.version + 1, courriel=None, retiree_le=acte.le)

    def exiger_la_sienne(self, acteur: Acteur) -> None:
        """Du même organisme, l'inscription d'une autre personne est introuvable."""
        if not acteur.est_mcn and acteur.sujet != self.sujet:
            raise Introuvable("Inscription introuvable.")


def seul_sujet(acteur: Acteur) -> str | None:
    """Celui à qui se borne qui ne répond pas de son organisme; aucun : il les lit tous."""
    repond = acteur.est_mcn or acteur.roles & {"gestionnaire", "dirigeant"}
    return None if repond else acteur.sujet
