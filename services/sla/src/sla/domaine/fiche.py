"""Les indicateurs publiés par les fiches de service, et celui qui régit une demande."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicateur:
    """Un indicateur de niveau de service (CAT-5)."""

    code: str
    libelle: str
    mesure: str
    """« delai », « disponibilite » ou « date_convenue »."""
    cible: Decimal | None
    """Part entre 0 et 1; None : sans cible, jamais « manquée »."""
    delai: int | None
    """En jours; None : pas de délai publié, la demande n'est pas jugée (PT-10)."""
    unite_delai: str
    sortes: tuple[str, ...]
    """Les sortes de demandes mesurées."""
    fin: tuple[str, ...]
    """Les types d'événements de livraison qui ferment la mesure."""
    conditions: tuple[str, ...]

    def mesure_le_delai_de(self, sorte: str) -> bool:
        """Vrai s'il mesure en jours ouvrables le délai de cette sorte de demandes."""
        return (
            sorte in self.sortes
            and self.mesure == "delai"
            and self.unite_delai == "jours_ouvrables"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Une version d'une fiche de service, qui vaut sur `[debut, fin)` (CAT-5)."""

    code: str
    titre: str
    version: int
    debut: date
    fin: date | None
    indicateurs: tuple[Indicateur, ...]

    def vaut_le(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour < self.fin)


@dataclass(frozen=True, slots=True)
class Regime:
    """Ce qui régit une mesure : un indicateur, d'une fiche, dans une version (SLA-3)."""

    fiche: str
    version: int
    indicateur: Indicateur


@dataclass(frozen=True, slots=True)
class Fiches:
    """Toutes les versions de fiches connues."""

    versions: tuple[Fiche, ...]

    def en_vigueur(self, le: date) -> tuple[Fiche, ...]:
        """La version en vigueur de chaque fiche ce jour-là, par code de fiche.

        La plus récemment entrée en vigueur l'emporte : une version nouvelle met fin à la
        précédente, même publiée sans terme.
        """
        retenues: dict[str, Fiche] = {}
        for fiche in self.versions:
            rivale = retenues.get(fiche.code)
            if fiche.vaut_le(le) and (rivale is None or _rang(rivale) < _rang(fiche)):
                retenues[fiche.code] = fiche
        return tuple(retenues[code] for code in sorted(retenues))

    def regime(self, sorte: str, le: date) -> Regime | None:
        """L'indicateur de délai de cette sorte de demandes, en vigueur ce jour-là (SLA-3)."""
        for fiche in self.en_vigueur(le):
            for indicateur in fiche.indicateurs:
                if indicateur.mesure_le_delai_de(sorte):
                    return Regime(fiche.code, fiche.version, indicateur)
        return None

    @classmethod
    def de(cls, versions: Iterable[Fiche]) -> "Fiches":
        return cls(tuple(versions))


def _rang(fiche: Fiche) -> tuple[date, int]:
    return fiche.debut, fiche.version
