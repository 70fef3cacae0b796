"""Le taux d'une période : conformes ÷ mesurées, ou rien s'il n'y a rien à mesurer (SLA-4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import count

_DECIMALES = 4


class EtatDuTaux(StrEnum):
    """Où en est un taux de sa cible; sans cible, il n'en atteint ni n'en manque aucune."""

    ATTEINTE = "atteinte"
    NON_ATTEINTE = "non_atteinte"
    SANS_CIBLE = "sans_cible"
    SANS_OBJET = "sans_objet"
    """Rien à mesurer."""


@dataclass(frozen=True, slots=True)
class Taux:
    """Une part de mesures conformes, toujours entre 0 et 1.

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

    def arrondi(self, cible: Decimal | None) -> Decimal | None:
        """La part à quatre décimales, la demie s'éloignant de zéro, sans contredire l'exacte.

        Là où l'arrondi la ferait passer à 0, à 1 ou de l'autre côté de la cible, c'est l'autre
        dix-millième voisin; s'il la contredit aussi, une décimale de plus.
        """
        if self.valeur is None:
            return None
        exactes = _conclusions(self.valeur, cible)
        voisines = (part for decimales in count(_DECIMALES) for part in self._voisines(decimales))
        return next(p for p in voisines if _conclusions(Fraction(p), cible) == exactes)

    def _voisines(self, decimales: int) -> Iterator[Decimal]:
        """Les deux parts de tant de décimales qui encadrent l'exacte, l'arrondi d'abord."""
        bas, reste = divmod(self.conformes * 10**decimales, self.mesurees)
        proche = bas + (2 * reste >= self.mesurees)
        yield from (Decimal(n).scaleb(-decimales) for n in (proche, 2 * bas + 1 - proche))

    def etat(self, cible: Decimal | None) -> EtatDuTaux:
        """Ce que la part exacte, sans arrondi, est à cette cible."""
        if self.valeur is None:
            return EtatDuTaux.SANS_OBJET
        if cible is None:
            return EtatDuTaux.SANS_CIBLE
        return EtatDuTaux.ATTEINTE if self.valeur >= Fraction(cible) else EtatDuTaux.NON_ATTEINTE

    def atteint(self, cible: Decimal | None) -> bool | None:
        """Vrai si la part exacte atteint la cible; None sans cible ou sans rien à mesurer."""
        return {EtatDuTaux.ATTEINTE: True, EtatDuTaux.NON_ATTEINTE: False}.get(self.etat(cible))


def _conclusions(part: Fraction, cible: Decimal | None) -> tuple[bool, bool, bool]:
    """Ce qu'une part fait conclure : une conforme au moins, toutes, la cible atteinte."""
    return part > 0, part >= 1, cible is not None and part >= Fraction(cible)
