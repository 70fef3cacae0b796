"""L'établissement de tous les rapports d'un mois, et ce qui s'en garde (SLA-9)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from noyau import Conflit, mois_plus_tard
from sla.rapports.domaine.rapport import Rapport


class Etat(StrEnum):
    """Où en est une exécution; arrêtée, il lui reste des rapports, qui attendent une reprise."""

    EN_COURS = "en_cours"
    ARRETEE = "arretee"
    TERMINEE = "terminee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Tous les rapports d'un mois, demandés d'un coup."""

    id: UUID
    periode: str
    demandee_le: datetime
    demandee_par: str
    arretee_le: datetime | None = None
    rapports: int = 0
    """Combien elle en établit : celui de tous, et un par organisme connu à la demande."""
    etablis: int = 0
    ecartes: int = 0
    """Combien n'ont pu l'être; une reprise y revient."""

    @property
    def etat(self) -> Etat:
        if self.etablis + self.ecartes >= self.rapports:
            return Etat.TERMINEE
        return Etat.EN_COURS if self.arretee_le is None else Etat.ARRETEE

    def arreter(self, le: datetime) -> "Execution":
        """La même, arrêtée; déjà arrêtée, rien ne change. Lève `Conflit` si elle est terminée."""
        if self.etat is Etat.TERMINEE:
            raise Conflit("Cette exécution est terminée : rien à arrêter.", regle="SLA-9")
        return self if self.arretee_le else replace(self, arretee_le=le)

    def reprendre(self) -> "Execution":
        """La même, qui continue."""
        return replace(self, arretee_le=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Garde:
    """Un rapport gardé sous son empreinte, jusqu'à un jour."""

    rapport: Rapport
    conserve_jusquau: date


@dataclass(frozen=True, slots=True)
class Conservation:
    """Combien de mois un rapport se garde."""

    mois: int

    def __post_init__(self) -> None:
        """Lève `ValueError` d'un réglage qui ne garderait rien."""
        if self.mois < 1:
            raise ValueError("Un rapport se garde au moins un mois.")

    def garder(self, rapport: Rapport, le: date) -> Garde:
        """Ce rapport, gardé à partir de ce jour."""
        return Garde(rapport=rapport, conserve_jusquau=mois_plus_tard(le, self.mois))
