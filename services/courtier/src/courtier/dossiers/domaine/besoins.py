"""Les besoins d'un organisme : ce qu'il exige, pour combien de gens, combien de temps (CI-13)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from noyau import Conflit

DUREE_MAXIMALE = 36
"""Durée d'un contrat spécifique en mois, renouvellements et avenants compris (CI-17)."""


class Nature(StrEnum):
    """Sur quoi porte une exigence."""

    FONCTION = "fonction"
    SECURITE = "securite"
    NIVEAU = "niveau"
    ENTREE = "entree"
    SORTIE = "sortie"
    FORMATION = "formation"
    ASSISTANCE = "assistance"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Exigence:
    """Ce qu'une offre doit satisfaire pour être conforme."""

    code: str
    nature: Nature
    texte: str


@dataclass(frozen=True, slots=True)
class PeriodeBesoin:
    """Combien d'usagers, ou quelle capacité, d'un mois du contrat (1 : le premier) à un autre."""

    du_mois: int
    au_mois: int
    quantite: int


class UniteBesoin(StrEnum):
    """Ce que compte la consommation estimée."""

    USAGERS = "usagers"
    CAPACITE = "capacite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Donnees:
    """Ce que le dossier confie à l'infonuagique; l'EFVP en parle, et se refait si cela change."""

    sensibilite: str
    risque: str
    renseignements_personnels: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Besoins:
    """Ce que l'organisme veut, avant de regarder le Catalogue.

    Lève `Conflit` : une durée hors de 1 à 36 mois (CI-17), une consommation qui ne couvre pas la
    durée ou qui est nulle (CI-14), deux exigences du même code ou aucune fonction (CI-13).
    """

    exigences: tuple[Exigence, ...]
    duree_mois: int
    unite: UniteBesoin
    consommation: tuple[PeriodeBesoin, ...]
    methode: str
    """Comment le volume a été estimé (CI-14)."""
    budget: Decimal
    donnees: Donnees

    def __post_init__(self) -> None:
        if not 1 <= self.duree_mois <= DUREE_MAXIMALE:
            raise Conflit(
                f"Un contrat dure de 1 à {DUREE_MAXIMALE} mois, renouvellements compris.",
                regle="CI-17",
            )
        mois = [m for p in self.consommation for m in range(p.du_mois, p.au_mois + 1)]
        pleines = all(p.du_mois <= p.au_mois for p in self.consommation)
        if not pleines or mois != list(range(1, self.duree_mois + 1)):
            raise Conflit(
                f"La consommation se dit du mois 1 au mois {self.duree_mois}, sans trou ni"
                " chevauchement.",
                regle="CI-14",
            )
        if not any(p.quantite for p in self.consommation):
            raise Conflit("La consommation estimée est nulle.", regle="CI-14")
        if len(self.codes) < len(self.exigences):
            raise Conflit("Deux exigences portent le même code.", regle="CI-13")
        if all(e.nature is not Nature.FONCTION for e in self.exigences):
            raise Conflit("Les besoins disent au moins une fonction.", regle="CI-13")

    @property
    def codes(self) -> frozenset[str]:
        """Les codes des exigences."""
        return frozenset(e.code for e in self.exigences)

    @property
    def fonctions(self) -> frozenset[str]:
        """Ceux des exigences qui sont des fonctions."""
        return frozenset(e.code for e in self.exigences if e.nature is Nature.FONCTION)

    def confirmes(
        self, duree_mois: int | None, consommation: tuple[PeriodeBesoin, ...] | None
    ) -> "Besoins":
        """Les mêmes, pour la durée et la consommation confirmées; lève ce que lève la classe."""
        return replace(
            self,
            duree_mois=self.duree_mois if duree_mois is None else duree_mois,
            consommation=self.consommation if consommation is None else consommation,
        )

    def unites(
        self, sert: Decimal, minimum: int, *, baisse_permise: bool
    ) -> Iterator[PeriodeBesoin]:
        """Les unités qu'il faut à chaque période, quand une unité en sert tant (CI-14).

        Un minimum imposé s'ajoute; sans baisse permise, on ne descend pas sous ce qu'on a payé.
        """
        # Des entiers, non des fractions : un scénario le compte des dizaines de milliers de fois.
        gens, par = sert.as_integer_ratio()
        atteint = 0
        for periode in self.consommation:
            voulu = max(-(-periode.quantite * par // gens), minimum)
            atteint = voulu if baisse_permise else max(voulu, atteint)
            yield PeriodeBesoin(periode.du_mois, periode.au_mois, atteint)
