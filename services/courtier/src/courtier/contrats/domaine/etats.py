"""Où en est un contrat spécifique, et ce qu'on peut en faire (CI-10, CI-16)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from noyau import Conflit


class Etat(StrEnum):
    """Où en est un contrat spécifique."""

    PREPARE = "prepare"
    VALIDE = "valide"
    CADUC = "caduc"
    """Son dossier a changé depuis : le Courtier prépare de nouveau (CI-10, CI-16)."""
    ABANDONNE = "abandonne"
    """Son dossier est clos sans lui."""
    SIGNE_CLIENT = "signe_client"
    SIGNE = "signe"
    """Conclu, et en cours."""
    REFUSE = "refuse"
    """Le fournisseur n'a pas voulu signer."""
    RESILIE = "resilie"
    """Résilié, et la date d'effet est venue."""
    ECHU = "echu"
    """Sa fin est venue."""


class ActeContrat(StrEnum):
    """Ce qu'on peut faire d'un contrat spécifique."""

    PREPARATION = "preparation"
    VALIDATION = "validation"
    SIGNATURE_CLIENT = "signature_client"
    SIGNATURE_FOURNISSEUR = "signature_fournisseur"
    COPIE = "copie"
    REFUS = "refus"
    RESILIATION = "resiliation"


A_REFAIRE: Final = "Le dossier a changé : le contrat se prépare de nouveau."


class CauseCaducite(StrEnum):
    """Pourquoi ce que le Courtier a préparé ne se signe plus."""

    DOSSIER_CHANGE = "dossier_change"
    """Une confirmation ou un retour : ce que le dossier tient n'est plus ce qui est préparé."""
    DOSSIER_CLOS = "dossier_clos"


@dataclass(frozen=True, slots=True)
class Caducite:
    """Ce qui a rendu caduc un contrat préparé, et quand (UTC)."""

    cause: CauseCaducite
    depuis: datetime

    @property
    def etat(self) -> Etat:
        return Etat.ABANDONNE if self.cause is CauseCaducite.DOSSIER_CLOS else Etat.CADUC

    @property
    def actes_permis(self) -> tuple[ActeContrat, ...]:
        """D'un dossier clos, plus rien : le contrat est abandonné."""
        if self.cause is CauseCaducite.DOSSIER_CLOS:
            return ()
        return (ActeContrat.PREPARATION, ActeContrat.REFUS)

    @property
    def refus(self) -> Conflit:
        """Ce que répond tout autre acte."""
        details = {"etat": self.etat, "actes_permis": list(self.actes_permis)}
        if self.cause is CauseCaducite.DOSSIER_CLOS:
            return Conflit("Le dossier de ce contrat est clos.", regle="CI-10", details=details)
        return Conflit(A_REFAIRE, regle="CI-16", details=details)
