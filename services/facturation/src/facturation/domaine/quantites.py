"""Ce que multiplie un prix, et comment on l'écrit dans un calcul en clair."""

from dataclasses import dataclass
from typing import TypeAlias

from facturation.domaine.ecriture import en_heures
from facturation.domaine.tarifs import Tarif


@dataclass(frozen=True, slots=True)
class Unites:
    """Des unités : « × 3 », rien pour une seule."""

    nombre: int

    @property
    def fraction(self) -> tuple[int, int]:
        return self.nombre, 1

    @property
    def ecrite(self) -> str:
        return f"× {self.nombre}" if self.nombre > 1 else ""


@dataclass(frozen=True, slots=True)
class PartDeMois:
    """Des unités pendant quelques jours d'un mois : « × 3 × 12 ÷ 30 » (FAC-1)."""

    unites: int
    jours: int
    jours_du_mois: int

    @property
    def fraction(self) -> tuple[int, int]:
        return self.unites * self.jours, self.jours_du_mois

    @property
    def ecrite(self) -> str:
        part = f"× {self.jours} ÷ {self.jours_du_mois}" if self.jours < self.jours_du_mois else ""
        return f"{Unites(self.unites).ecrite} {part}".strip()


@dataclass(frozen=True, slots=True)
class MoisEntiers:
    """Des unités pour un nombre de mois : « × 4 mois » (FAC-2)."""

    unites: int
    mois: int

    @property
    def fraction(self) -> tuple[int, int]:
        return self.unites * self.mois, 1

    @property
    def ecrite(self) -> str:
        return f"{Unites(self.unites).ecrite} × {self.mois} mois".strip()


@dataclass(frozen=True, slots=True)
class Duree:
    """Du temps facturé : « × 1,25 h (temps travaillé : 62 min) » (FAC-4)."""

    facturees: int
    travaillees: int

    @property
    def fraction(self) -> tuple[int, int]:
        return self.facturees, 60

    @property
    def ecrite(self) -> str:
        return f"× {en_heures(self.facturees)} (temps travaillé : {self.travaillees} min)"

    @classmethod
    def facturee(cls, minutes: int, tarif: Tarif) -> "Duree":
        """Le temps arrondi au pas supérieur, puis borné au minimum et au maximum du tarif."""
        arrondies = -(-minutes // tarif.pas_minutes) * tarif.pas_minutes
        if tarif.minimum_minutes is not None:
            arrondies = max(arrondies, tarif.minimum_minutes)
        if tarif.maximum_minutes is not None:
            arrondies = min(arrondies, tarif.maximum_minutes)
        return cls(arrondies, minutes)


Quantite: TypeAlias = Unites | PartDeMois | MoisEntiers | Duree
