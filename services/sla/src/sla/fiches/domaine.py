"""Les indicateurs publiés par les fiches de service, et celui qui régit une demande."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from noyau import Chronologie, Version


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
        en_jours = self.mesure == "delai" and self.unite_delai == "jours_ouvrables"
        return en_jours and sorte in self.sortes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Une version d'une fiche de service, qui vaut sur `[debut, fin)` (CAT-5)."""

    code: str
    titre: str
    version: int
    debut: date
    fin: date | None
    indicateurs: tuple[Indicateur, ...]


@dataclass(frozen=True, slots=True)
class Regime:
    """Ce qui régit une mesure : un indicateur, d'une fiche, dans une version (SLA-3)."""

    fiche: str
    version: int
    indicateur: Indicateur


@dataclass(frozen=True, slots=True)
class Fiches:
    """Toutes les versions de fiches connues. Se construit par `de`."""

    chronologies: tuple[Chronologie[Fiche], ...]
    """Une par fiche, dans l'ordre de leurs codes."""

    @classmethod
    def de(cls, versions: Iterable[Fiche]) -> "Fiches":
        """Les fiches de ces versions, dans quelque ordre qu'elles arrivent."""
        par_code: defaultdict[str, list[Version[Fiche]]] = defaultdict(list)
        for fiche in versions:
            par_code[fiche.code].append(Version(fiche.version, fiche.debut, fiche, fiche.fin))
        return cls(tuple(Chronologie.de(par_code[code]) for code in sorted(par_code)))

    def en_vigueur(self, le: date) -> tuple[Fiche, ...]:
        """La version en vigueur de chaque fiche ce jour-là, par code de fiche."""
        versions = (chronologie.en_vigueur(le) for chronologie in self.chronologies)
        return tuple(version.valeur for version in versions if version is not None)

    def regime(self, sorte: str, le: date) -> Regime | None:
        """L'indicateur de délai de cette sorte de demandes, en vigueur ce jour-là (SLA-3)."""
        for fiche in self.en_vigueur(le):
            for indicateur in fiche.indicateurs:
                if indicateur.mesure_le_delai_de(sorte):
                    return Regime(fiche.code, fiche.version, indicateur)
        return None

    def attendus(self, le: date) -> tuple[Indicateur, ...]:
        """Les indicateurs qui jugent ce jour-là au moins une sorte de demandes, un par code.

        Leur taux se dit même quand rien n'est à mesurer (SLA-4).
        """
        sortes = (s for f in self.en_vigueur(le) for i in f.indicateurs for s in i.sortes)
        regimes = (self.regime(sorte, le) for sorte in sortes)
        juges = (r.indicateur for r in regimes if r and r.indicateur.delai is not None)
        return tuple({indicateur.code: indicateur for indicateur in juges}.values())
