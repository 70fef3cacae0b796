"""De petits dessins en SVG que le texte voisin dit déjà : cachés aux lecteurs d'écran.

Ni attribut `style` ni script : les classes de la feuille, et une politique stricte, suffisent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from pages.tableau import Ton


@dataclass(frozen=True, slots=True)
class Part:
    """La part d'un tout, entre 0 et 1; `rang` choisit sa couleur parmi six."""

    part: Decimal
    rang: int


def barre(part: Decimal | None, repere: Decimal | None = None, ton: Ton = Ton.NEUTRE) -> Markup:
    """Une part entre 0 et 1, et le trait de sa cible; vide si la part est absente."""
    trait = Markup("")
    if repere is not None:
        trait = Markup(
            '<line x1="{0}" x2="{0}" y1="0" y2="12" vector-effect="non-scaling-stroke"/>'
        ).format(_cent(repere))
    return Markup(
        '<svg class="barre {}" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="fond" width="100" height="12"/>'
        '<rect class="rempli" width="{}" height="12"/>{}</svg>'
    ).format(ton, _cent(part or Decimal(0)), trait)


def barre_de_parts(parts: Iterable[Part]) -> Markup:
    """Les parts d'un tout, bout à bout; le tableau qui suit les nomme."""
    debut, rects = Decimal(0), []
    for part in parts:
        rects.append(
            Markup('<rect class="part-{}" x="{}" width="{}" height="10"/>').format(
                part.rang, _cent(debut), _cent(part.part)
            )
        )
        debut += part.part
    return Markup(
        '<svg class="parts" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>"
    ).format(Markup("").join(rects))


def barres(parts: Iterable[Part]) -> Markup:
    """Des parts d'une même échelle, l'une sous l'autre; le tableau où elles sont les dit."""
    rects = [
        Markup('<rect class="part-{}" y="{}" width="{}" height="10"/>').format(
            part.rang, 12 * rang, _cent(part.part)
        )
        for rang, part in enumerate(parts)
    ]
    return Markup(
        '<svg class="barres" viewBox="0 0 100 {}" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>"
    ).format(12 * len(rects), Markup("").join(rects))


def puce(rang: int) -> Markup:
    """La pastille qui rattache une ligne de tableau à sa part."""
    return Markup(
        '<svg class="puce" viewBox="0 0 12 12" aria-hidden="true">'
        '<rect class="part-{}" width="12" height="12"/></svg>'
    ).format(rang)


def _cent(part: Decimal) -> str:
    """De 0 à 100, ce qui dépasse ramené au bord."""
    return f"{min(max(part, Decimal(0)), Decimal(1)) * 100:.2f}"
