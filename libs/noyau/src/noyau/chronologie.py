"""Ce qui vaut un jour donné : des versions datées, une seule règle (CAT-2)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """Une valeur, son numéro et son premier jour; `fin`, exclue, absente tant qu'on n'en dit pas.

    `debut` et `fin` sont des dates de Québec, ou des instants UTC : jamais les deux dans une même
    chronologie.
    """

    numero: int
    debut: date
    valeur: T
    fin: date | None = None


@dataclass(frozen=True, slots=True)
class Retrait:
    """Ce qui devait commencer ce jour-là ne vaudra pas : toute version jusqu'à ce numéro."""

    debut: date
    numero: int


@dataclass(frozen=True, slots=True)
class Garde:
    """Une version que l'on garde sur `[debut, fin)`, quoi qui commence ensuite (CAT-6)."""

    numero: int
    debut: date
    fin: date | None = None


@dataclass(frozen=True, slots=True)
class Chronologie(Generic[T]):
    """Des versions par début croissant. Se construit par `de`, qui les trie.

    Vaut un jour la dernière commencée qui n'a pas pris fin; à début égal, le plus haut numéro.
    """

    versions: tuple[Version[T], ...] = ()

    @classmethod
    def de(
        cls, versions: Iterable[Version[T]], retraits: Iterable[Retrait] = ()
    ) -> "Chronologie[T]":
        """La chronologie de ces versions moins les retirées, quel que soit l'ordre d'arrivée.

        La précédente se prolonge : rien ne vaut d'une version retirée.
        """
        retires: dict[date, int] = {}
        for r in retraits:
            retires[r.debut] = max(r.numero, retires.get(r.debut, r.numero))
        restent = (v for v in versions if v.numero > retires.get(v.debut, v.numero - 1))
        return cls(tuple(sorted(restent, key=lambda v: (v.debut, v.numero))))

    @classmethod
    def par_jour(cls, valeurs: Mapping[date, T]) -> "Chronologie[T]":
        """Celle de données livrées avec un service : chacune vaut de son jour au suivant."""
        return cls.de(Version(n, jour, valeurs[jour]) for n, jour in enumerate(sorted(valeurs)))

    def gardant(self, gardes: Iterable[Garde]) -> "Chronologie[T]":
        """Ce que lit qui garde ces versions; une version inconnue ne se garde pas encore.

        On garde une version, on ne la devance pas : d'ici son début, ce qui vaut pour tous vaut.
        De deux gardes d'un même jour, la dernière commencée vaut. Finie, ce qui vaut alors reprend.
        """
        connues = {v.numero: v for v in self.versions}
        tenues = (
            replace(g, debut=max(g.debut, connues[g.numero].debut))
            for g in gardes
            if g.numero in connues
        )
        vue = self.versions
        for garde in sorted(tenues, key=lambda g: (g.debut, g.numero)):
            if garde.fin is None or garde.debut < garde.fin:
                valeur = connues[garde.numero].valeur
                gardee = Version(garde.numero, garde.debut, valeur, garde.fin)
                vue = (*(v for v in vue if v.debut < garde.debut), gardee, *_apres(vue, garde))
        return Chronologie(vue)

    def en_vigueur(self, le: date) -> Version[T] | None:
        """La version qui vaut ce jour-là; aucune avant le premier début."""
        commencees = bisect_right(self.versions, le, key=lambda v: v.debut)
        return next(
            (v for v in reversed(self.versions[:commencees]) if v.fin is None or le < v.fin), None
        )

    def suivante(self, apres: date) -> Version[T] | None:
        """La première version qui commence strictement après ce jour."""
        return next((v for v in self.versions if v.debut > apres), None)


def _apres(versions: Iterable[Version[T]], garde: Garde) -> Iterator[Version[T]]:
    """Ce qui commence pendant la garde ne vaut qu'à sa fin."""
    if garde.fin is not None:
        for version in versions:
            if garde.debut <= version.debut:
                yield replace(version, debut=max(version.debut, garde.fin))
