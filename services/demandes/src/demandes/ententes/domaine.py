"""Une date se propose d'un côté et s'accepte de l'autre; elle ne se défait pas (PT-7, PT-8).

Rien ne la rectifie : une rectification est du seul CSC, et une entente ne se change qu'à deux.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import EN_COURS, SECTEURS, Demande, Etat
from noyau import (
    Acte,
    Acteur,
    Conflit,
    Fait,
    Introuvable,
    a_la_seconde,
    exiger_une_personne,
    jour_de_quebec,
)

PROPOSITIONS_MAX: Final = 100
"""Combien de dates se proposent pour une demande, en tout."""
REGLE: Final = "DEM-1"
"""Celle qui veut une « entente commune » pour un secteur."""


class Partie(StrEnum):
    """De quel côté on parle."""

    ORGANISME = "organisme"
    MCN = "mcn"

    @classmethod
    def de(cls, acteur: Acteur) -> "Partie":
        return cls.MCN if acteur.est_mcn else cls.ORGANISME


@dataclass(frozen=True, slots=True, kw_only=True)
class Entente:
    """Une date proposée par une partie et, dès qu'elle l'est, acceptée par l'autre."""

    id: UUID
    demande_id: UUID
    organisme: str
    rang: int
    date_convenue: date
    """Le dernier jour qui la tient, date de Québec."""
    proposee_par: Partie
    auteur: str
    proposee_le: datetime
    motif: str | None = None
    acceptee_le: datetime | None = None
    """None : l'autre partie ne l'a pas acceptée."""
    acceptee_par: str | None = None

    def acceptee(self, acte: Acte) -> "tuple[Entente, DateConvenue]":
        """L'entente conclue par l'autre partie.

        Lève `Conflit` (DEM-1) si c'est la même, ou si la date est déjà passée.
        """
        if Partie.de(acte.acteur) is self.proposee_par:
            raise Conflit("Une date s'accepte de l'autre côté que celui qui la propose.",
                          regle=REGLE)  # fmt: skip
        _exiger_a_venir(self.date_convenue, acte)
        conclue = replace(self, acceptee_le=a_la_seconde(acte.le), acceptee_par=acte.acteur.sujet)
        fait = DateConvenue(
            entente=conclue,
            acte_id=uuid5(self.id, "convenue"),
            survenu_le=a_la_seconde(acte.le),
        )
        return conclue, fait


@dataclass(frozen=True, slots=True, kw_only=True)
class DateConvenue(Fait):
    """L'organisme et le MCN conviennent d'une date."""

    entente: Entente


@dataclass(frozen=True, slots=True)
class Ententes:
    """Tout ce qui fut proposé pour une demande, dans l'ordre."""

    demande: Demande
    dites: Sequence[Entente]

    @property
    def convenue(self) -> date | None:
        """La dernière date acceptée."""
        acceptees = [e.date_convenue for e in self.dites if e.acceptee_le is not None]
        return acceptees[-1] if acceptees else None

    def proposer(self, entente_id: UUID, jour: date, motif: str | None, acte: Acte) -> Entente:
        """Une proposition de plus, qui remplace celle qui attendait.

        Lève `Conflit` : la demande n'est pas d'un secteur, ou plus en cours (DEM-4); la date est
        passée, déjà convenue, ou change sans motif celle qui l'est (DEM-1).
        """
        self._exiger_ouverte(acte)
        _exiger_a_venir(jour, acte)
        if len(self.dites) >= PROPOSITIONS_MAX:
            raise Conflit(
                f"Une demande reçoit au plus {PROPOSITIONS_MAX} propositions de date.",
                regle=REGLE,
                details={"propositions_max": PROPOSITIONS_MAX},
            )
        if jour == self.convenue:
            raise Conflit(f"Le {jour} est déjà la date convenue.", regle=REGLE)
        if self.convenue is not None and not motif:
            raise Conflit("Changer une date convenue exige un motif.", regle=REGLE)
        return Entente(
            id=entente_id,
            demande_id=self.demande.id,
            organisme=self.demande.organisme,
            rang=len(self.dites) + 1,
            date_convenue=jour,
            proposee_par=Partie.de(acte.acteur),
            auteur=acte.acteur.sujet,
            proposee_le=a_la_seconde(acte.le),
            motif=motif,
        )

    def accepter(self, entente_id: UUID, acte: Acte) -> "tuple[Entente, DateConvenue | None]":
        """Accepte la dernière proposition; déjà acceptée, rien de plus.

        Lève `Introuvable`, ou `Conflit` : une autre l'a remplacée (DEM-1), la demande n'est plus en
        cours (DEM-4), ou ce que lève `Entente.acceptee`.
        """
        visee = next((e for e in self.dites if e.id == entente_id), None)
        if visee is None:
            raise Introuvable("Date proposée introuvable.")
        if visee.acceptee_le is not None:
            return visee, None
        if visee.rang < len(self.dites):
            raise Conflit("Une autre date a été proposée depuis.", regle=REGLE)
        self._exiger_ouverte(acte)
        return visee.acceptee(acte)

    def _exiger_ouverte(self, acte: Acte) -> None:
        exiger_une_personne(acte.acteur, REGLE)
        demande = self.demande
        if demande.sorte not in SECTEURS:
            raise Conflit(
                "Une date se convient pour l'aménagement d'un secteur seulement.", regle=REGLE
            )
        if demande.etat not in EN_COURS - {Etat.BROUILLON}:
            raise Conflit(
                f"La demande {demande.numero} est « {demande.etat} » : sa date ne se change plus.",
                regle="DEM-4",
                details={"etat": demande.etat.value},
            )


def _exiger_a_venir(jour: date, acte: Acte) -> None:
    if jour < jour_de_quebec(acte.le):
        raise Conflit(f"Le {jour} est passé : une date se convient d'avance.", regle=REGLE)
