"""Le taux d'une période : conformes ÷ mesurées, ou rien s'il n'y a rien à mesurer (SLA-4)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_PAS = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Taux:
    """Une part de demandes conformes, toujours entre 0 et 1.

    Lève `ValueError` si le compte est impossible (plus de conformes que de mesurées, négatif).
    """

    conformes: int
    mesurees: int

    def __post_init__(self) -> None:
        if not 0 <= self.conformes <= self.mesurees:
            raise ValueError(f"{self.conformes} conformes sur {self.mesurees} mesurées")

    @property
    def valeur(self) -> Fraction | None:
        """La part exacte; None, « sans objet », quand rien n'est mesuré."""
        return Fraction(self.conformes, self.mesurees) if self.mesurees else None

    @property
    def arrondi(self) -> Decimal | None:
        """La part arrondie à quatre décimales, la demie s'éloignant de zéro."""
        if not self.mesurees:
            return None
        exacte = Decimal(self.conformes) / Decimal(self.mesurees)
        return exacte.quantize(_PAS, ROUND_HALF_UP)

    def atteint(self, cible: Decimal | None) -> bool | None:
        """Vrai si la part exacte atteint la cible; None sans cible ou sans rien à mesurer."""
        if cible is None or self.valeur is None:
            return None
        return self.valeur >= Fraction(cible)
