"""Plier des actes dans l'ordre où ils sont survenus, jamais dans celui d'arrivée (DEM-12).

L'état est une fonction de l'ensemble des actes. Qui rejoue une histoire (demandes, mesure,
facturation) l'ordonne et la rectifie ici; chacun n'apporte que ce que ses actes y changent.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, Generic, Protocol, Self, TypeVar
from uuid import UUID

from noyau.refus import Refus

CYCLE: Final = (
    "soumission", "approbation", "refus", "prise_en_charge", "suspension", "reprise",
    "heures_travaillees", "livraison", "completion", "annulation", "redirection", "reouverture",
)  # fmt: skip
"""Les actes d'une demande, dans l'ordre du cycle : il départage une même seconde (DEM-12)."""

AVANCE_TOLEREE: Final = timedelta(minutes=5)
"""De combien l'horloge de qui annonce peut avancer sur la nôtre (DEM-12, hypothèse)."""

PISTES_MAX: Final = 256
"""Au plus autant d'états suivis à la fois quand on choisit parmi des actes en attente."""


class ActeDate(Protocol):
    """Un acte d'une histoire. Son identité est aussi celle de son événement."""

    @property
    def acte_id(self) -> UUID: ...
    @property
    def survenu_le(self) -> datetime: ...
    @property
    def rang(self) -> int:
        """Ce qui départage une même seconde, avant l'identité."""


class Rectifiable(ActeDate, Protocol):
    """Un acte qui peut recevoir son heure juste."""

    def redate(self, survenu_le: datetime) -> Self:
        """Le même acte, à cet instant."""


class Redatation(Protocol):
    """Un acte inscrit reçoit son heure juste, ou devient nul (DEM-13)."""

    @property
    def acte_id(self) -> UUID: ...
    @property
    def survenu_le(self) -> datetime | None:
        """L'heure juste; None : l'acte est nul."""

    @property
    def rang(self) -> int:
        """Croît d'une rectification d'un acte à la suivante."""


A = TypeVar("A", bound=ActeDate)
R = TypeVar("R", bound=Rectifiable)
E = TypeVar("E")


def a_la_seconde(instant: datetime) -> datetime:
    """L'instant d'un acte : la seconde où il est survenu (DEM-12)."""
    return instant.replace(microsecond=0)


def ordre(acte: ActeDate) -> tuple[datetime, int, UUID]:
    """L'ordre de survenue; à égalité le rang, puis l'identité (DEM-12)."""
    return acte.survenu_le, acte.rang, acte.acte_id


def rectifies(actes: Iterable[R], rectifications: Iterable[Redatation]) -> list[R]:
    """Les actes qui valent, à leur heure juste, chacun une fois et dans l'ordre de survenue.

    La dernière rectification d'un acte vaut; celle d'un acte inconnu attend qu'il arrive (DEM-13).
    """
    uniques = {acte.acte_id: acte for acte in actes}
    justes = {r.acte_id: r.survenu_le for r in sorted(rectifications, key=lambda r: r.rang)}
    for acte_id, le in justes.items():
        acte = uniques.pop(acte_id, None)
        if acte is not None and le is not None:
            uniques[acte_id] = acte.redate(le)
    return sorted(uniques.values(), key=ordre)


class Rupture(Exception):
    """Un acte que ceux d'avant ne permettent pas : `refus` dit pourquoi, `precedent` lequel."""

    def __init__(self, acte: ActeDate, precedent: ActeDate | None, refus: Refus) -> None:
        super().__init__(refus.message)
        self.acte = acte
        self.precedent = precedent
        self.refus = refus


@dataclass(frozen=True, slots=True)
class Pli(Generic[E, A]):
    """Comment une histoire se plie : ce qu'un acte fait d'un état, ce qui est encore possible."""

    suivre: Callable[[E, A], E]
    """L'état après l'acte; lève `Refus` s'il n'y est pas permis."""
    situation: Callable[[E], Hashable]
    """Ce dont dépendent les actes permis : deux états de même situation permettent les mêmes."""
    possibles: Callable[[E], Iterable[E]]
    """Les états où mènerait un acte encore possible, de machine ou de technicien (DEM-12)."""

    def plier(self, etat: E, actes: Iterable[A]) -> E:
        """L'état après ces actes, déjà en ordre; lève `Rupture` au premier qui n'est pas permis."""
        precedent: A | None = None
        for acte in actes:
            try:
                etat = self.suivre(etat, acte)
            except Refus as refus:
                raise Rupture(acte, precedent, refus) from refus
            precedent = acte
        return etat

    def choisir(self, depart: E, fixes: Iterable[A], attente: Iterable[A]) -> list[A] | None:
        """Les actes en attente qui s'insèrent ensemble entre les actes fixes, le plus possible.

        À nombre égal, les premiers survenus. None si les actes fixes ne se suivent d'aucune façon.
        """
        rangs = {acte.acte_id: rang for rang, acte in enumerate(sorted(attente, key=ordre))}
        pistes: list[tuple[E, tuple[A, ...]]] = [(depart, ())]
        for acte in sorted(chain(fixes, attente), key=ordre):
            libre = acte.acte_id in rangs
            suivies = list(self._suivies(pistes, acte, libre=libre))
            meilleures: dict[Hashable, tuple[E, tuple[A, ...]]] = {}
            for piste in sorted(suivies, key=lambda p: _merite(p[1], rangs)):
                meilleures.setdefault(self.situation(piste[0]), piste)
            pistes = list(meilleures.values())[:PISTES_MAX]
        return list(pistes[0][1]) if pistes else None

    def _suivies(
        self, pistes: Sequence[tuple[E, tuple[A, ...]]], acte: A, *, libre: bool
    ) -> Iterator[tuple[E, tuple[A, ...]]]:
        for etat, choisis in pistes:
            with suppress(Refus):
                suivant = self.suivre(etat, acte)
                yield suivant, (*choisis, acte) if libre else choisis
            if libre:
                yield etat, choisis

    def est_possible(self, depart: E, fixes: Iterable[A], actes: Sequence[A]) -> bool:
        """Vrai si des actes encore possibles, datés entre leurs voisins, permettraient ces actes.

        `actes` surviennent ensemble; `fixes` se suivent, et sont en ordre.
        """
        connus = [*fixes, *actes]
        connus.sort(key=ordre)
        premier, dernier = connus.index(actes[0]), connus.index(actes[-1])
        avant, milieu, apres = (
            connus[:premier],
            connus[premier : dernier + 1],
            connus[dernier + 1 :],
        )
        for etat in self._atteints(self.plier(depart, avant)):
            try:
                ensuite = self.plier(etat, milieu)
            except Rupture:
                continue
            if any(self._se_suivent(suivant, apres) for suivant in self._atteints(ensuite)):
                return True
        return False

    def _atteints(self, etat: E) -> Iterator[E]:
        """L'état, et tous ceux où mènent des actes encore possibles."""
        vus, a_voir = {self.situation(etat)}, [etat]
        while a_voir:
            courant = a_voir.pop(0)
            yield courant
            for voisin in self.possibles(courant):
                if self.situation(voisin) not in vus:
                    vus.add(self.situation(voisin))
                    a_voir.append(voisin)

    def _se_suivent(self, etat: E, actes: Iterable[A]) -> bool:
        try:
            self.plier(etat, actes)
        except Rupture:
            return False
        return True


def _merite(choisis: Sequence[ActeDate], rangs: "dict[UUID, int]") -> tuple[int, list[int]]:
    return -len(choisis), [rangs[acte.acte_id] for acte in choisis]
