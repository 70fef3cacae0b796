"""Les montants en dollars canadiens : des cents exacts, un seul arrondi."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_CENT = 100


@dataclass(frozen=True, slots=True, order=True)
class Montant:
    """Montant en dollars canadiens, tenu en cents entiers (FAC-1)."""

    cents: int

    @classmethod
    def de(cls, valeur: "Decimal | Fraction | int | str") -> "Montant":
        """Arrondit une valeur exacte (dollars) au cent, la demie s'éloignant de zéro (FAC-1).

        Lève `ValueError` si la valeur n'est pas un nombre fini.
        """
        try:
            exacte = Fraction(valeur) * _CENT
        except (ValueError, OverflowError) as erreur:
            raise ValueError(f"« {valeur} » n'est pas un montant.") from erreur
        absolue = abs(exacte)
        entier = (2 * absolue.numerator + absolue.denominator) // (2 * absolue.denominator)
        return cls(entier if exacte >= 0 else -entier)

    @property
    def decimal(self) -> Decimal:
        """La valeur en dollars, toujours à deux décimales."""
        return Decimal(self.cents).scaleb(-2)

    def __add__(self, autre: "Montant") -> "Montant":
        return Montant(self.cents + autre.cents)

    def __sub__(self, autre: "Montant") -> "Montant":
        return Montant(self.cents - autre.cents)

    def __neg__(self) -> "Montant":
        return Montant(-self.cents)

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        return f"{self.decimal:.2f}"


ZERO = Montant(0)
