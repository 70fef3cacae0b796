"""Combien de temps se garde ce qui naît un jour : des durées datées, en mois.

Ce qui naît un jour se garde la plus longue des durées en vigueur depuis : en raccourcir une ne
détruit rien de ce qui est né avant, en allonger une garde aussi ce qui existe.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from noyau.chronologie import Chronologie
from noyau.temps import PREMIER_JOUR, mois_plus_tard


@dataclass(frozen=True, slots=True)
class Conservation:
    """Les durées d'une famille, de jour en jour (dates de Québec). Se construit par `de`."""

    chronologie: Chronologie[int]

    @classmethod
    def de(cls, mois: Mapping[date, int]) -> "Conservation":
        """Chaque durée vaut de son jour au suivant.

        Lève `ValueError` si la première laisse un passé sans durée.
        """
        if min(mois, default=None) != PREMIER_JOUR:
            raise ValueError(
                f"la première durée doit valoir dès le {PREMIER_JOUR} : ce qui est né avant elle"
                " n'en aurait aucune"
            )
        return cls(Chronologie.par_jour(mois))

    def echoit_le(self, ne_le: date, le: date) -> date:
        """Le premier jour où ce qui est né ce jour-là peut partir, d'après ce qui a valu à `le`.

        Une durée se compte du lendemain : jamais trop tôt d'une heure.
        """
        lendemain = ne_le + timedelta(days=1)
        return max(
            _apres(lendemain, mois) for fin, mois in self._valu(le) if fin is None or ne_le < fin
        )

    def gardees(self, le: date) -> tuple[tuple[date, date | None], ...]:
        """Les jours de naissance de ce qui se garde encore ce jour-là : `[debut, fin)`.

        Le dernier intervalle, et lui seul, est sans fin; ce qui n'est d'aucun est échu.
        """
        bornes = ((mois_plus_tard(le, -mois), fin) for fin, mois in self._valu(le))
        return tuple((debut, fin) for debut, fin in bornes if fin is None or debut < fin)

    def _valu(self, le: date) -> Iterator[tuple[date | None, int]]:
        """Les durées commencées à ce jour : quand chacune prit fin, et combien de mois."""
        commencees = [v for v in self.chronologie.versions if v.debut <= max(le, PREMIER_JOUR)]
        fins = [*(v.debut for v in commencees[1:]), None]
        return zip(fins, (v.valeur for v in commencees), strict=True)


def _apres(jour: date, mois: int) -> date:
    """Tant de mois révolus : du 29 février, sept ans mènent au 1er mars."""
    terme = mois_plus_tard(jour, mois)
    return terme if terme.day == jour.day else terme + timedelta(days=1)
