"""Des sommes cumulées dans le temps, et le plafond qu'elles approchent, en SVG.

Chaque tracé a son trait : la couleur n'est jamais seule à le dire. Le tableau de données suit la
figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from pages.ecriture import LOCALE

LARGEUR, HAUTEUR, HAUT, BAS, MARGE, DROITE = 360, 220, 14, 26, 52, 14
_MILLIER, _MILLION = 100_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Serie:
    """Une somme qui croît; `genre` choisit son trait, une classe de la feuille."""

    nom: str
    genre: str
    points: Sequence[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class SerieDessinee:
    """Un tracé, là où il se dessine; `x` et `y` : son bout."""

    serie: Serie
    chemin: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Courbe:
    """Ce que `courbe()`, des composants, dessine."""

    titre: str
    description: str
    traces: tuple[SerieDessinee, ...]
    reperes_y: Sequence[tuple[float, str]]
    reperes_x: Sequence[tuple[float, str]]
    y_du_plafond: float
    plafond: str
    x_du_jour: float | None
    largeur: int = LARGEUR
    hauteur: int = HAUTEUR
    marge: int = MARGE
    droite: int = LARGEUR - DROITE
    haut: int = HAUT
    bas: int = HAUTEUR - BAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadre:
    """Ce qu'une courbe a d'autre que ses tracés."""

    debut: date
    fin: date
    plafond: Decimal
    plafond_dit: str
    """« Montant du contrat : 12 000,00 $ »."""
    jour: date | None = None
    """Celui où l'on regarde; hors du cadre, il ne se dessine pas."""


def dessiner_courbe(titre: str, description: str, traces: Sequence[Serie], cadre: Cadre) -> Courbe:
    """La courbe de ces tracés; ce qui sort du cadre est ramené au bord."""
    sommet = max([cadre.plafond, *(y for t in traces for _, y in t.points), Decimal(1)])
    echelle = _Echelle(cadre.debut, cadre.fin, sommet)
    milieu = cadre.debut + (cadre.fin - cadre.debut) / 2
    jour = cadre.jour
    return Courbe(
        titre=titre,
        description=description,
        traces=tuple(echelle.dessiner(t) for t in traces if t.points),
        reperes_y=[(echelle.y(part * sommet), _court(part * sommet, sommet)) for part in _PARTS],
        reperes_x=[(echelle.x(d), _mois(d)) for d in (cadre.debut, milieu, cadre.fin)],
        y_du_plafond=echelle.y(cadre.plafond),
        plafond=cadre.plafond_dit,
        x_du_jour=echelle.x(jour) if jour and cadre.debut <= jour < cadre.fin else None,
    )


_PARTS = (Decimal(0), Decimal("0.5"), Decimal(1))


@dataclass(frozen=True, slots=True)
class _Echelle:
    debut: date
    fin: date
    sommet: Decimal

    def x(self, le: date) -> float:
        part = (le - self.debut) / (self.fin - self.debut)
        return round(MARGE + min(max(part, 0), 1) * (LARGEUR - MARGE - DROITE), 2)

    def y(self, valeur: Decimal) -> float:
        part = min(max(float(valeur / self.sommet), 0), 1)
        return round(HAUTEUR - BAS - part * (HAUTEUR - HAUT - BAS), 2)

    def dessiner(self, serie: Serie) -> SerieDessinee:
        places = [(self.x(le), self.y(valeur)) for le, valeur in serie.points]
        chemin = "M" + "L".join(f"{x} {y}" for x, y in places)
        return SerieDessinee(serie, chemin, *places[-1])


def _mois(le: date) -> str:
    return str(format_date(le, "MMM y", locale=LOCALE))


def _court(valeur: Decimal, sommet: Decimal) -> str:
    """« 12 000 », « 62,5 k », « 1,2 M », dans l'unité du sommet; le tableau dit la somme."""
    for seuil, diviseur, unite in ((_MILLION, 10**6, " M"), (_MILLIER, 10**3, " k")):
        if sommet >= seuil:
            return f"{format_decimal(valeur / diviseur, '#,##0.#', locale=LOCALE)}{unite}"
    return format_decimal(valeur, "#,##0", locale=LOCALE)
