"""La TPS et la TVQ : des taux datés, que chaque ligne porte et qu'une correction garde (FAC-15)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from noyau import ZERO, Chronologie, Conflit, Montant


@dataclass(frozen=True, slots=True, order=True)
class Taxes:
    """Les taux qui frappent une somme, sans unité (0.05 : cinq pour cent)."""

    tps: Decimal = Decimal(0)
    tvq: Decimal = Decimal(0)

    def __bool__(self) -> bool:
        return bool(self.tps or self.tvq)


EXONERE = Taxes()


@dataclass(frozen=True, slots=True)
class Bareme:
    """Les taux de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Taxes]

    @classmethod
    def de(cls, taux: Mapping[date, Taxes]) -> "Bareme":
        """Le barème dont chaque taux vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(taux))

    def le(self, jour: date) -> Taxes:
        """Les taux de ce jour; lève `Conflit` (FAC-15) si le barème n'en dit rien."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Aucun taux de TPS et de TVQ n'est connu le {jour}.", regle="FAC-15")
        return version.valeur


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Ce qu'un même taux frappe dans un document, et ce qu'il y ajoute ($)."""

    taxes: Taxes
    base: Montant
    tps: Montant
    tvq: Montant


@dataclass(frozen=True, slots=True)
class Totaux:
    """Les totaux d'un document; chaque taux porte une fois, sur sa somme (FAC-1, FAC-10)."""

    parts: tuple[Part, ...]
    """Par taux croissant."""

    @classmethod
    def de(cls, sommes: Iterable[tuple[Taxes, Montant]]) -> "Totaux":
        """Les totaux de ces sommes, chacune avec ses taux."""
        bases: defaultdict[Taxes, Montant] = defaultdict(lambda: ZERO)
        for taxes, montant in sommes:
            bases[taxes] += montant
        return cls(
            tuple(
                Part(
                    taxes=taxes,
                    base=base,
                    tps=Montant.de(base.decimal * taxes.tps),
                    tvq=Montant.de(base.decimal * taxes.tvq),
                )
                for taxes, base in sorted(bases.items())
            )
        )

    @property
    def avant_taxes(self) -> Montant:
        return sum((part.base for part in self.parts), ZERO)

    @property
    def tps(self) -> Montant:
        return sum((part.tps for part in self.parts), ZERO)

    @property
    def tvq(self) -> Montant:
        return sum((part.tvq for part in self.parts), ZERO)

    @property
    def total(self) -> Montant:
        return self.avant_taxes + self.tps + self.tvq
