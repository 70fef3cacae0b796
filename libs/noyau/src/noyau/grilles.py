"""Une grille de frais : montant + taux × valeur, à la tranche qu'une valeur atteint (FAC-12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tranche:
    """Une tranche de grille : montant + taux × valeur, dès que la valeur atteint le seuil ($)."""

    a_partir_de: Decimal
    montant: Decimal
    taux: Decimal

    def frais(self, valeur: Decimal) -> Decimal:
        """Ce que cette tranche fait devoir d'une valeur, en dollars, sans arrondir."""
        return self.montant + self.taux * valeur


def tranche_atteinte(grille: Iterable[Tranche], valeur: Decimal) -> Tranche | None:
    """La dernière tranche dont la valeur atteint le seuil; aucune si elle n'en atteint pas."""
    atteintes = (tranche for tranche in grille if tranche.a_partir_de <= valeur)
    return max(atteintes, key=lambda tranche: tranche.a_partir_de, default=None)
