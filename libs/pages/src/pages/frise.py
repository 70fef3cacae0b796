"""La frise d'un décompte : un jour par case, une semaine par dessin, en SVG.

Une semaine par dessin, pour que la page les range : trois de front sur un grand écran, deux sur une
feuille, une sur un téléphone, et le texte reste lisible partout.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Protocol

from pages.ecriture import jour, jour_de_semaine

LARGEUR_CASE, HAUTEUR_CASE, ECART, ENTETE = 42, 62, 2, 22
_JOURS = ("lu", "ma", "me", "je", "ve", "sa", "di")


class Jours(Protocol):
    """Des jours qui se suivent, bornes comprises, et ont le même sort."""

    @property
    def debut(self) -> date: ...
    @property
    def fin(self) -> date: ...
    @property
    def motif(self) -> str:
        """Une clé de `MOTIFS`."""
        ...

    @property
    def libelle(self) -> str:
        """Le nom du férié, sinon la chaîne vide."""
        ...

    @property
    def jours(self) -> int:
        """Combien comptent : tous, ou aucun."""
        ...


@dataclass(frozen=True, slots=True)
class Sorte:
    """Une façon de dessiner un jour; la couleur n'est jamais seule à le dire."""

    classe: str
    mot: str
    legende: str


_COMPTE = Sorte("compte", "compté", "Jour compté")
_RETARD = Sorte("retard", "retard", "Jour compté, au-delà du délai")
MOTIFS: Mapping[str, Sorte] = MappingProxyType(
    {
        "compte": _COMPTE,
        "fin": _COMPTE,
        "j0": Sorte("zero", "jour 0", "Jour zéro : le décompte commence le lendemain"),
        "avant_j0": Sorte("attente", "avant", "Avant le jour zéro : non compté"),
        "client": Sorte("client", "client", "À la charge du client : non compté"),
        "personne": Sorte("attente", "fermée", "Fermée, avant sa réouverture : non compté"),
        "fin_de_semaine": Sorte("repos", "", "Fin de semaine : non compté"),
        "ferie": Sorte("ferie", "férié", "Jour férié : non compté"),
        "en_cours": Sorte("encours", "en cours", "Jour pas encore fini : non compté"),
    }
)
"""Chaque motif d'un décompte (SLA-2), et comment son jour se dessine."""


@dataclass(frozen=True, slots=True)
class Case:
    """Un jour sur la frise."""

    jour: date
    sorte: Sorte
    rang: int | None
    """Le rang du jour compté."""
    fin: bool
    libelle: str

    @property
    def x(self) -> int:
        return self.jour.weekday() * (LARGEUR_CASE + ECART)

    @property
    def nom(self) -> str:
        """« ma 8 »."""
        return f"{_JOURS[self.jour.weekday()]} {self.jour.day}"

    @property
    def mot(self) -> str:
        return "fin" if self.fin else self.sorte.mot

    @property
    def texte(self) -> str:
        """« mardi 8 septembre : compté, 2e jour »."""
        dit = [self.sorte.legende.partition(" : ")[0].lower() if self.rang is None else "compté"]
        if self.rang is not None:
            dit.append(f"{self.rang}{'er' if self.rang == 1 else 'e'} jour")
        if self.sorte is _RETARD:
            dit.append("au-delà du délai")
        dit.extend(filter(None, [self.libelle, "jour de la fin" if self.fin else ""]))
        return f"{jour_de_semaine(self.jour)} : {', '.join(dit)}"


@dataclass(frozen=True, slots=True)
class Semaine:
    """Une semaine, du lundi au dimanche; ce qui en sort du décompte reste vide."""

    lundi: date
    cases: tuple[Case, ...]

    @property
    def titre(self) -> str:
        return f"Semaine du {jour(self.lundi)}"

    @property
    def description(self) -> str:
        return "; ".join(case.texte for case in self.cases) + "."


@dataclass(frozen=True, slots=True)
class Frise:
    """Ce que `frise()`, des composants, dessine; son tableau de données est celui du décompte."""

    semaines: tuple[Semaine, ...]
    largeur: int = 7 * (LARGEUR_CASE + ECART) - ECART
    hauteur: int = ENTETE + HAUTEUR_CASE
    entete: int = ENTETE
    """Où commencent les cases, sous le nom de la semaine."""
    case: tuple[int, int] = (LARGEUR_CASE, HAUTEUR_CASE)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Tous ses jours, dans l'ordre."""
        return tuple(case for semaine in self.semaines for case in semaine.cases)

    @property
    def legende(self) -> tuple[Sorte, ...]:
        """Les sortes de jours présentes, dans l'ordre où elles paraissent."""
        return tuple(dict.fromkeys(case.sorte for case in self.cases))


def dessiner_frise(intervalles: Iterable[Jours], delai: int) -> Frise | None:
    """La frise d'un décompte dont le délai est en jours; None s'il n'a aucun jour."""
    cases = tuple(_cases(intervalles, delai))
    semaines = groupby(cases, key=lambda case: case.jour - timedelta(days=case.jour.weekday()))
    return Frise(tuple(Semaine(lundi, tuple(c)) for lundi, c in semaines)) if cases else None


def _cases(intervalles: Iterable[Jours], delai: int) -> Iterator[Case]:
    rang = 0
    for intervalle in intervalles:
        sorte, fin = MOTIFS[intervalle.motif], intervalle.motif == "fin"
        for n in range((intervalle.fin - intervalle.debut).days + 1):
            le = intervalle.debut + timedelta(days=n)
            if not intervalle.jours:
                yield Case(le, sorte, None, fin, intervalle.libelle)
                continue
            rang += 1
            compte = _COMPTE if rang <= delai else _RETARD
            yield Case(le, compte, rang, fin, intervalle.libelle)
