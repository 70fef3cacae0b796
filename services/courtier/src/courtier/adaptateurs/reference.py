"""Les données livrées avec le Courtier : ses catégories, et les calendriers de la bibliothèque."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from calendrier import Calendrier, VersionCalendrier, lire_versions


@dataclass(frozen=True, slots=True)
class CalendriersEmbarques:
    """Les calendriers, de la plus ancienne version à la plus récente; jamais vide."""

    calendriers: tuple[Calendrier, ...]

    @classmethod
    def de(cls, versions: Iterable[VersionCalendrier]) -> "CalendriersEmbarques":
        ordre = sorted(versions, key=lambda v: (v.en_vigueur_depuis, v.version))
        return cls(tuple(Calendrier.depuis(version) for version in ordre))

    def le(self, jour: date) -> Calendrier:
        """Le calendrier en vigueur ce jour-là; avant le premier, le premier."""
        nes = [c for c in self.calendriers if c.version.en_vigueur_depuis <= jour]
        return nes[-1] if nes else self.calendriers[0]


@dataclass(frozen=True, slots=True)
class Reference:
    """Ce qui se lit une fois, au démarrage."""

    calendriers: CalendriersEmbarques
    categories: Mapping[str, str]

    @classmethod
    def lire(cls) -> "Reference":
        return cls(CalendriersEmbarques.de(lire_versions()), lire_categories())


def lire_categories() -> dict[str, str]:
    """Les catégories de solutions du Catalogue : code, libellé (CI-11)."""
    texte = files("courtier").joinpath("donnees/categories.toml").read_text(encoding="utf-8")
    return tomllib.loads(texte)
