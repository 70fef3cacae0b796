"""Des taux, mois par mois, et leur cible : six mois par dessin, en SVG.

Six mois par dessin, pour que la page les range : deux de front sur un écran ou une feuille, l'un
sous l'autre sur un téléphone, et les nombres restent lisibles partout. Le tableau de données est
près de la figure; la couleur n'est jamais seule à dire quelque chose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date

from noyau import Mois
from pages.ecriture import INSECABLE, LOCALE, mois, pourcentage
from pages.tableau import Ton

LARGEUR, HAUTEUR, HAUT, BAS, MARGE = 300, 168, 22, 26, 36
_PAR_DESSIN = 6
_PAS = (LARGEUR - MARGE) // _PAR_DESSIN
_COLONNE = 30
_MOTS = {Ton.BON: "cible atteinte", Ton.MAUVAIS: "sous la cible", Ton.NEUTRE: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Le taux d'un mois."""

    periode: str
    """« 2026-09 »."""
    part: Decimal | None
    """Entre 0 et 1; None : rien à mesurer."""
    ton: Ton = Ton.NEUTRE
    provisoire: bool = False
    note: str = ""
    """Ce que la description en dit de plus."""

    @property
    def valeur(self) -> str:
        """« 96,67 », sans son signe : l'axe le porte; suivie de « * », elle a une note."""
        dite = "s. o." if self.part is None else _cent(self.part)
        return f"{dite}*" if self.note else dite

    @property
    def texte(self) -> str:
        """« septembre 2026 : 96,67 %, cible atteinte »."""
        dit = "sans objet" if self.part is None else f"{_cent(self.part)} %"
        plus = (_MOTS[self.ton], "provisoire" if self.provisoire else "", self.note)
        return f"{mois(self.periode)} : {', '.join([dit, *filter(None, plus)])}"


@dataclass(frozen=True, slots=True)
class Colonne:
    """La colonne d'un mois, où elle se dessine."""

    point: Point
    x: int
    y: float
    hauteur: float

    @property
    def mois(self) -> str:
        """« sept. »."""
        return mois_court(self.point.periode)


@dataclass(frozen=True, slots=True)
class Dessin:
    """Six mois de front."""

    colonnes: tuple[Colonne, ...]
    cible: Decimal | None

    @property
    def titre(self) -> str:
        """« Octobre 2025 à mars 2026 »."""
        bornes = (mois(self.colonnes[rang].point.periode) for rang in (0, -1))
        dit = " à ".join(bornes)
        return dit[:1].upper() + dit[1:]

    @property
    def description(self) -> str:
        cible = " Sans cible." if self.cible is None else f" Cible : {_cent(self.cible)} %."
        return "; ".join(colonne.point.texte for colonne in self.colonnes) + "." + cible

    @property
    def y_de_la_cible(self) -> float | None:
        return None if self.cible is None else _y(self.cible)


@dataclass(frozen=True, slots=True)
class Graphique:
    """Ce que `graphique()`, des composants, dessine."""

    titre: str
    dessins: tuple[Dessin, ...]
    largeur: int = LARGEUR
    hauteur: int = HAUTEUR
    marge: int = MARGE
    colonne: int = _COLONNE

    @property
    def reperes(self) -> Sequence[tuple[float, str]]:
        """Les traits de l'axe, de 0 à 100."""
        return [(_y(Decimal(part)), f"{int(100 * float(part))}") for part in ("0", "0.5", "1")]

    @property
    def tons(self) -> frozenset[Ton]:
        """Ceux des mois qui ont un taux, pour la légende."""
        points = [c.point for dessin in self.dessins for c in dessin.colonnes]
        return frozenset(point.ton for point in points if point.part is not None)

    @property
    def provisoire(self) -> bool:
        return any(c.point.provisoire for dessin in self.dessins for c in dessin.colonnes)

    @property
    def note(self) -> bool:
        """Vrai si la description, ou le tableau, en dit plus d'un mois."""
        return any(c.point.note for dessin in self.dessins for c in dessin.colonnes)


def dessiner_graphique(titre: str, points: Sequence[Point], cible: Decimal | None) -> Graphique:
    """Le graphique de ces mois, dans leur ordre; la cible est celle du dernier."""
    groupes = [points[n : n + _PAR_DESSIN] for n in range(0, len(points), _PAR_DESSIN)]
    dessins = (Dessin(tuple(_colonnes(groupe)), cible) for groupe in groupes)
    return Graphique(titre, tuple(dessins))


def mois_court(periode: str) -> str:
    """« sept. », « janv. 26 » : une année commence par son nombre."""
    debut = Mois.lire(periode).debut
    return str(format_date(debut, "MMM yy" if debut.month == 1 else "MMM", locale=LOCALE))


def _cent(part: Decimal) -> str:
    return pourcentage(part).removesuffix(f"{INSECABLE}%")


def _colonnes(points: Sequence[Point]) -> list[Colonne]:
    colonnes = []
    for rang, point in enumerate(points):
        x = MARGE + rang * _PAS + (_PAS - _COLONNE) // 2
        y = _y(point.part or Decimal(0))
        colonnes.append(Colonne(point, x, y, round(_y(Decimal(0)) - y, 2)))
    return colonnes


def _y(part: Decimal) -> float:
    """La hauteur d'une part, ce qui dépasse ramené au bord."""
    bornee = min(max(part, Decimal(0)), Decimal(1))
    return round(HAUT + float(1 - bornee) * (HAUTEUR - HAUT - BAS), 2)
