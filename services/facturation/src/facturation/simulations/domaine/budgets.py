"""Ce qu'un organisme prévoit de payer pendant un exercice."""

from dataclasses import dataclass
from datetime import datetime

from noyau import Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Le montant prévu, avant taxes; jamais dit, sa version est 0 et il n'en a pas."""

    organisme: str
    exercice: str
    version: int = 0
    montant: Montant | None = None
    dit_le: datetime | None = None
    dit_par: str | None = None

    def redire(self, montant: Montant, le: datetime, par: str) -> "Budget":
        """Le suivant; les précédents restent."""
        return Budget(
            organisme=self.organisme,
            exercice=self.exercice,
            version=self.version + 1,
            montant=montant,
            dit_le=le,
            dit_par=par,
        )
