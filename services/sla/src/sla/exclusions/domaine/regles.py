"""Ce qui s'invoque pour exclure une mesure, et jusqu'où l'on conteste : des données datées."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calendrier import date_longue
from noyau import Chronologie, Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Regles:
    """Ce qui vaut un jour donné (SLA-8)."""

    conditions: Mapping[str, str]
    """Le libellé de chaque condition qu'une personne peut invoquer, par code."""
    contestations_ouvertes: int
    """Combien un organisme en tient ouvertes à la fois, au plus."""

    def __post_init__(self) -> None:
        """Lève `ValueError` d'un réglage qui interdirait toute contestation."""
        if self.contestations_ouvertes < 1:
            raise ValueError("Un organisme peut au moins tenir une contestation ouverte.")

    def libelle(self, condition: str) -> str:
        """Celui de cette condition; lève `Conflit` (SLA-8) si elle ne s'invoque pas."""
        if condition not in self.conditions:
            raise Conflit(
                f"La condition « {condition} » ne s'invoque pas : dites l'une de"
                f" {', '.join(self.conditions) or 'celles qui viendront'}.",
                regle="SLA-8",
                details={"conditions": list(self.conditions)},
            )
        return self.conditions[condition]


@dataclass(frozen=True, slots=True)
class ReglesDatees:
    """Les règles de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Regles]

    @classmethod
    def de(cls, versions: Mapping[date, Regles]) -> "ReglesDatees":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def libelles(self, jour: date) -> Mapping[str, str]:
        """Le libellé de chaque condition qui s'invoque, s'est invoquée ou s'invoquera, par code.

        Celui de ce jour-là, sinon le plus récent : une exclusion se prononce après le mois qu'elle
        change, et une condition peut ne plus s'invoquer.
        """
        connus: dict[str, str] = {}
        for version in self.chronologie.versions:
            connus |= version.valeur.conditions
        courante = self.chronologie.en_vigueur(jour)
        return connus if courante is None else connus | dict(courante.valeur.conditions)

    def le(self, jour: date) -> Regles:
        """Celles de ce jour; lève `Conflit` (SLA-8) si rien n'en est dit : nul ne décide alors."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(
                f"Aucune règle d'exclusion n'est connue le {date_longue(jour)}.", regle="SLA-8"
            )
        return version.valeur
