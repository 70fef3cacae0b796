"""La frise d'un décompte : un jour par case, une semaine par dessin, en SVG.

Une semaine par dessin, pour que la page les range : trois de front sur un grand écran, deux sur une
feuille, une sur un téléphone, et le texte reste lisible partout.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Protocol

from pages.ecriture import jour, jour_de_semaine

LARGEUR_CASE, HAUTEUR_CASE, ECART, ENTETE, PIED = 42, 62, 2, 22, 22
_TROP = 3
"""Autant de faits le même jour ne se nomment plus un à un sous sa case."""
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


CHARGES: Mapping[str, str] = MappingProxyType(
    {
        "mcn": "à la charge du MCN",
        "client": "à la charge du client",
        "personne": "à la charge de personne",
    }
)
"""De qui un jour est la charge quand il finit : la bande sous sa case."""
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
_PREVU = Sorte("encours", "à venir", "Jour à venir : il comptera si rien ne suspend")


@dataclass(frozen=True, slots=True)
class Notes:
    """Ce qu'un décompte a de plus à montrer; tout est facultatif."""

    charges: Mapping[date, str] = field(default_factory=dict)
    """De chaque jour, une clé de `CHARGES`."""
    faits: Mapping[date, Sequence[int]] = field(default_factory=dict)
    """De chaque jour, le numéro des faits qui y surviennent, en ordre."""
    prevus: Sequence["Jours"] = ()
    """Les jours à venir; ceux qui sont déjà du décompte y prennent leur rang."""


_RIEN = Notes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Un jour sur la frise."""

    jour: date
    sorte: Sorte
    rang: int | None = None
    """Le rang du jour compté, ou qui le sera."""
    fin: bool = False
    libelle: str = ""
    limite: bool = False
    """Vrai : le dernier jour qui tient le délai."""
    charge: str = ""
    """Une clé de `CHARGES`; vide : la frise ne le dit pas."""
    faits: Sequence[int] = ()

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
    def renvoi(self) -> str:
        """« n° 4 », « n° 4, 5 », « n° 4 à 9 » : les faits de ce jour, qui se suivent."""
        dits = self.faits if len(self.faits) < _TROP else (self.faits[0], self.faits[-1])
        lien = ", " if len(self.faits) < _TROP else " à "
        return f"n° {lien.join(map(str, dits))}" if dits else ""

    @property
    def texte(self) -> str:
        """« mardi 8 septembre : compté, 2e jour »."""
        compte = self.sorte in (_COMPTE, _RETARD)
        dit = ["compté" if compte else self.sorte.legende.partition(" : ")[0].lower()]
        if self.rang is not None:
            dit.append(f"{self.rang}{'er' if self.rang == 1 else 'e'} jour")
        if self.sorte is _RETARD:
            dit.append("au-delà du délai")
        plus = (
            "dernier jour du délai" if self.limite else "",
            self.libelle,
            "jour de la fin" if self.fin else "",
            CHARGES.get(self.charge, ""),
            f"fait{'s' if len(self.faits) > 1 else ''} {self.renvoi}" if self.faits else "",
        )
        return f"{jour_de_semaine(self.jour)} : {', '.join([*dit, *filter(None, plus)])}"


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
    entete: int = ENTETE
    """Où commencent les cases, sous le nom de la semaine."""
    case: tuple[int, int] = (LARGEUR_CASE, HAUTEUR_CASE)

    @property
    def hauteur(self) -> int:
        """Sous les cases, la bande des charges et les renvois, s'il y en a."""
        pied = PIED if any(case.charge or case.faits for case in self.cases) else 0
        return ENTETE + HAUTEUR_CASE + pied

    @property
    def cases(self) -> tuple[Case, ...]:
        """Tous ses jours, dans l'ordre."""
        return tuple(case for semaine in self.semaines for case in semaine.cases)

    @property
    def legende(self) -> tuple[Sorte, ...]:
        """Les sortes de jours présentes, dans l'ordre où elles paraissent."""
        return tuple(dict.fromkeys(case.sorte for case in self.cases))

    @property
    def charges(self) -> Mapping[str, str]:
        """Les charges présentes, et comment elles se disent."""
        return {code: CHARGES[code] for code in CHARGES if code in {c.charge for c in self.cases}}

    @property
    def limitee(self) -> bool:
        """Vrai si un de ses jours est le dernier du délai."""
        return any(case.limite for case in self.cases)


def dessiner_frise(intervalles: Iterable[Jours], delai: int, notes: Notes = _RIEN) -> Frise | None:
    """La frise d'un décompte dont le délai est en jours; None s'il n'a aucun jour."""
    cases = tuple(_cases(intervalles, delai, notes))
    semaines = groupby(cases, key=lambda case: case.jour - timedelta(days=case.jour.weekday()))
    return Frise(tuple(Semaine(lundi, tuple(c)) for lundi, c in semaines)) if cases else None


def _cases(intervalles: Iterable[Jours], delai: int, notes: Notes) -> Iterator[Case]:
    decomptes = {jour: intervalle for intervalle in intervalles for jour in _dates(intervalle)}
    prevus = {jour: prevu for prevu in notes.prevus for jour in _dates(prevu)}
    rang = 0
    for le in dict.fromkeys((*decomptes, *prevus)):
        sien = decomptes.get(le) or prevus[le]
        compte = bool(prevus.get(le, sien).jours)
        rang += compte
        sorte = MOTIFS[sien.motif] if le in decomptes or not compte else _PREVU
        yield Case(
            jour=le,
            sorte=_RETARD if sorte is _COMPTE and rang > delai else sorte,
            rang=rang if compte else None,
            fin=sien.motif == "fin",
            libelle=sien.libelle,
            limite=rang == delai and (compte or sien.motif == "j0"),
            charge=notes.charges.get(le, ""),
            faits=notes.faits.get(le, ()),
        )


def _dates(jours: Jours) -> Iterator[date]:
    for n in range((jours.fin - jours.debut).days + 1):
        yield jours.debut + timedelta(days=n)
