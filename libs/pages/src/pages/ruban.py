"""Le ruban d'un mois : un jour par ligne, ses vingt-quatre heures en long, une semaine par dessin.

Un jour de 23 ou de 25 heures a la même longueur : chaque instant y est à sa part du jour.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType

from noyau import debut_du_jour
from pages.ecriture import heure, jour, jour_de_semaine

LARGEUR, MARGE, ENTETE, LIGNE, HAUTEUR = 308, 42, 22, 20, 13
_DROITE = 16
"""De quoi écrire « 24 h » sous le bord."""
_UN_JOUR = timedelta(days=1)
_JOURS = ("lu", "ma", "me", "je", "ve", "sa", "di")
SORTES: Mapping[str, str] = MappingProxyType(
    {
        "service": "Heures de service",
        "exclue": "Plage exclue du taux ajusté",
        "panne": "Indisponible, compté à l'ajusté",
        "ecartee": "Indisponible, compté au brut seulement",
    }
)
"""Ce qui se dessine, du dessous au dessus, et comment cela se dit."""
_DITES = ("panne", "ecartee")
"""Les sortes que la description dit heure par heure."""


@dataclass(frozen=True, slots=True)
class Bande:
    """Des instants `[debut, fin)` qui ont la même sorte, une clé de `SORTES`."""

    sorte: str
    debut: datetime
    fin: datetime


@dataclass(frozen=True, slots=True)
class Trait:
    """Une bande dans un jour, de sa place à sa longueur."""

    bande: Bande
    x: float
    largeur: float


@dataclass(frozen=True, slots=True)
class Ligne:
    """Un jour, et ce qu'on y dessine."""

    jour: date
    traits: tuple[Trait, ...]
    y: int

    @property
    def nom(self) -> str:
        """« ma 8 »."""
        return f"{_JOURS[self.jour.weekday()]} {self.jour.day}"

    @property
    def texte(self) -> str:
        """« mardi 8 septembre : indisponible, compté à l'ajusté, de 8 h 06 à 9 h 48 »."""
        dits = [
            f"{SORTES[t.bande.sorte].lower()}, de {heure(t.bande.debut)} à {heure(t.bande.fin)}"
            for t in self.traits
            if t.bande.sorte in _DITES
        ]
        return f"{jour_de_semaine(self.jour)} : {'; '.join(dits) or 'rien à signaler'}"


@dataclass(frozen=True, slots=True)
class SemaineDeRuban:
    """Une semaine, du lundi au dimanche."""

    lignes: tuple[Ligne, ...]

    @property
    def titre(self) -> str:
        lundi = self.lignes[0].jour - timedelta(days=self.lignes[0].jour.weekday())
        return f"Semaine du {jour(lundi)}"

    @property
    def description(self) -> str:
        return ". ".join(ligne.texte for ligne in self.lignes) + "."


@dataclass(frozen=True, slots=True)
class Ruban:
    """Ce que `ruban()`, des composants, dessine; les tableaux qui le suivent le disent."""

    semaines: tuple[SemaineDeRuban, ...]
    largeur: int = LARGEUR
    marge: int = MARGE
    trait: int = HAUTEUR
    hauteur: int = ENTETE + 7 * LIGNE + 14

    @property
    def legende(self) -> Mapping[str, str]:
        """Les sortes présentes."""
        presentes = {
            t.bande.sorte for s in self.semaines for ligne in s.lignes for t in ligne.traits
        }
        return {sorte: dite for sorte, dite in SORTES.items() if sorte in presentes}

    @property
    def heures(self) -> Sequence[tuple[float, str]]:
        """Les repères de l'axe : 0, 6, 12, 18 et 24 heures."""
        long = LARGEUR - MARGE - _DROITE
        return [(round(MARGE + long * n / 4, 2), f"{6 * n} h") for n in range(5)]


def dessiner_ruban(bandes: Iterable[Bande], premier: date, dernier: date) -> Ruban:
    """Le ruban de ces jours, bornes comprises."""
    rangees = sorted(bandes, key=lambda b: (tuple(SORTES).index(b.sorte), b.debut))
    jours = (premier + timedelta(days=n) for n in range((dernier - premier).days + 1))
    lignes = (Ligne(le, tuple(_traits(le, rangees)), ENTETE + le.weekday() * LIGNE) for le in jours)
    semaines = groupby(lignes, key=lambda ligne: ligne.jour.isocalendar()[:2])
    return Ruban(tuple(SemaineDeRuban(tuple(siennes)) for _, siennes in semaines))


def _traits(le: date, bandes: Iterable[Bande]) -> Iterator[Trait]:
    ouvre, ferme = debut_du_jour(le), debut_du_jour(le + _UN_JOUR)
    long = LARGEUR - MARGE - _DROITE
    for bande in bandes:
        debut, fin = max(bande.debut, ouvre), min(bande.fin, ferme)
        if debut < fin:
            x, bout = ((instant - ouvre) / (ferme - ouvre) * long for instant in (debut, fin))
            coupee = Bande(bande.sorte, debut, fin)
            yield Trait(coupee, round(MARGE + x, 2), max(round(bout - x, 2), 1.0))
