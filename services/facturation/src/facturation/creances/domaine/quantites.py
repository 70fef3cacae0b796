"""Ce que multiplie un prix, et comment on l'écrit dans un calcul en clair."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from facturation.tarification.domaine.ecriture import en_heures, en_nombre
from facturation.tarification.domaine.tarifs import Decompte
from noyau import Mois


@dataclass(frozen=True, slots=True)
class Quantite:
    """Des unités de prix, chacune pour une même fraction exacte : « × 3 × 12 ÷ 30 »."""

    nombre: int
    fraction: tuple[int, int] = (1, 1)
    part: str = ""

    @property
    def numerateur(self) -> int:
        return self.nombre * self.fraction[0]

    @property
    def denominateur(self) -> int:
        return self.fraction[1]

    @property
    def exacte(self) -> Fraction:
        """Le nombre d'unités de prix, exact."""
        return Fraction(self.numerateur, self.denominateur)

    @property
    def ecrite(self) -> str:
        """« × 3 × 12 ÷ 30 »; d'une seule unité, la fraction seule."""
        fois = f"× {self.nombre}" if self.nombre > 1 else ""
        return f"{fois} {self.part}".strip()


UNE = Quantite(1)


def unites(nombre: Fraction) -> Quantite:
    """Des unités : « × 3 », « × 12,5 », rien pour une seule."""
    if nombre.denominator == 1:
        return Quantite(nombre.numerator)
    return Quantite(1, nombre.as_integer_ratio(), f"× {en_nombre(nombre)}")


@lru_cache(maxsize=8192)
def part_de_mois(nombre: int, jours: int, jours_du_mois: int) -> Quantite:
    """Des unités pendant quelques jours d'un mois : « × 3 × 12 ÷ 30 » (FAC-1)."""
    prorata = "" if jours == jours_du_mois else f"× {jours} ÷ {jours_du_mois}"
    return Quantite(nombre, (jours, jours_du_mois), prorata)


def mois_entiers(nombre: int, mois: int) -> Quantite:
    """Des unités pour un nombre de mois : « × 4 mois » (FAC-2)."""
    return Quantite(nombre, (mois, 1), f"× {mois} mois")


def mois_restants(nombre: int, de: date, au: date) -> Quantite:
    """Des unités sur `[de, au)`, au prorata de chaque mois (FAC-5).

    « × 7 mois » si la somme est entière, sinon « × (16 ÷ 30 + 6 + 14 ÷ 31) mois ».
    """
    parts = list(_parts(de, au))
    somme = sum((Fraction(*part) for part in parts), Fraction(0))
    if somme.denominator == 1:
        return mois_entiers(nombre, somme.numerator)
    pleins = sum(jours == du_mois for jours, du_mois in parts)
    bouts = [f"{jours} ÷ {du_mois}" for jours, du_mois in parts if jours != du_mois]
    if pleins:
        bouts.insert(0 if parts[0][0] == parts[0][1] else 1, str(pleins))
    return Quantite(nombre, somme.as_integer_ratio(), f"× ({' + '.join(bouts)}) mois")


def _parts(de: date, au: date) -> Iterator[tuple[int, int]]:
    """De chaque mois de `[de, au)`, les jours qui en sont, et les siens."""
    while de < au:
        mois = Mois.de(de)
        suivant = min(mois.fin, au)
        yield (suivant - de).days, mois.jours
        de = suivant


def duree(minutes: Fraction, decompte: Decompte) -> Quantite:
    """Du temps arrondi au pas supérieur, puis borné au minimum et au maximum du tarif (FAC-4).

    « × 1,25 h (temps travaillé : 62 min) »; la borne qui a joué se dit.
    """
    facturees, borne = -(-minutes // decompte.pas) * decompte.pas, ""
    if decompte.minimum is not None and facturees < decompte.minimum:
        facturees, borne = decompte.minimum, "minimum"
    if decompte.maximum is not None and facturees > decompte.maximum:
        facturees, borne = decompte.maximum, "maximum"
    facture = en_heures(facturees)
    joue = f"; {borne} facturé : {facture}" if borne else ""
    travaille = f"(temps travaillé : {en_nombre(minutes)} min{joue})"
    return Quantite(1, (facturees, 60), f"× {facture} {travaille}")
