"""Ce que multiplie un prix, et comment on l'écrit dans un calcul en clair."""

from dataclasses import dataclass
from functools import lru_cache

from facturation.tarification.domaine import Tarif, en_heures


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
    def ecrite(self) -> str:
        """« × 3 × 12 ÷ 30 »; d'une seule unité, la fraction seule."""
        fois = f"× {self.nombre}" if self.nombre > 1 else ""
        return f"{fois} {self.part}".strip()


def unites(nombre: int) -> Quantite:
    """Des unités : « × 3 », rien pour une seule."""
    return Quantite(nombre)


@lru_cache(maxsize=8192)
def part_de_mois(nombre: int, jours: int, jours_du_mois: int) -> Quantite:
    """Des unités pendant quelques jours d'un mois : « × 3 × 12 ÷ 30 » (FAC-1)."""
    prorata = "" if jours == jours_du_mois else f"× {jours} ÷ {jours_du_mois}"
    return Quantite(nombre, (jours, jours_du_mois), prorata)


def mois_entiers(nombre: int, mois: int) -> Quantite:
    """Des unités pour un nombre de mois : « × 4 mois » (FAC-2)."""
    return Quantite(nombre, (mois, 1), f"× {mois} mois")


def duree(minutes: int, tarif: Tarif | None) -> Quantite:
    """Du temps arrondi au pas supérieur, puis borné au minimum et au maximum du tarif (FAC-4).

    « × 1,25 h (temps travaillé : 62 min) ». Sans tarif, rien ne se facture.
    """
    facturees = -(-minutes // tarif.pas_minutes) * tarif.pas_minutes if tarif else 0
    if tarif and tarif.minimum_minutes is not None:
        facturees = max(facturees, tarif.minimum_minutes)
    if tarif and tarif.maximum_minutes is not None:
        facturees = min(facturees, tarif.maximum_minutes)
    ecrite = f"× {en_heures(facturees)} (temps travaillé : {minutes} min)"
    return Quantite(1, (facturees, 60), ecrite)
