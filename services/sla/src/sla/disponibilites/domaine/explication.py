"""Ce qui explique la disponibilité d'un mois : son décompte, et ce qui le situe (SLA-5)."""

from dataclasses import dataclass
from datetime import date

from noyau import Mois
from sla.disponibilites.domaine.minutes import Decompte


@dataclass(frozen=True, slots=True)
class MoisVise:
    """Ce qu'un indicateur a compté d'un organisme, en un mois."""

    organisme: str
    indicateur: str
    periode: Mois


@dataclass(frozen=True, slots=True)
class Explication:
    """Le décompte d'un organisme, et le dernier jour compté."""

    vise: MoisVise
    jusqua: date
    decompte: Decompte
