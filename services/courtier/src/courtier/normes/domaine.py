"""Ce que la loi, le guide et le Courtier fixent : seuils, délais, rappels, conservation.

Une norme est une donnée datée : elle se lit au jour de l'acte qu'elle règle, jamais à celui où on
la consulte. Un acte garde l'échéance qu'il en a tirée; une version suivante n'y change rien.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from calendrier import date_longue
from noyau import Chronologie, Conflit


class Transmission(StrEnum):
    """Quand une pièce parvient au Courtier (CI-23)."""

    SUR_DEMANDE = "sur_demande"
    CINQ_JOURS_OUVRABLES = "cinq_jours_ouvrables"
    AUSSITOT = "aussitot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conservation:
    """Combien de temps une pièce se garde, et quand elle se transmet (CI-23)."""

    libelle: str
    annees: int | None = None
    """Années après la fin du contrat; absent : toute la durée du contrat, pas au-delà."""
    transmission: Transmission


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesSeao:
    """Ce qui se publie au SEAO, et en combien de jours civils (CI-18)."""

    seuil: Decimal
    """Dollars avant taxes; un contrat de ce montant ou plus se publie."""
    conclusion_jours: int
    supplement_jours: int
    fin_jours: int
    rappels_jours: tuple[int, ...]
    """Combien de jours avant l'échéance elle se rappelle."""
    supplement_part: Decimal
    """La part du montant initial au-delà de laquelle un supplément se publie (CI-17) : 0,10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesMarches:
    """Le seuil de l'appel d'offres public, en dollars avant taxes (CI-17)."""

    seuil_appel_offres: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesConsommation:
    """Les parts du montant d'un contrat où sa consommation s'annonce (CI-19)."""

    alertes: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesEvaluation:
    """Les horloges d'une évaluation du rendement, en jours civils (CI-21)."""

    annuelle_jours: int
    annuelle_rappels_jours: tuple[int, ...]
    """Combien de jours après la demande l'évaluation annuelle se rappelle."""
    rapport_jours: int
    commentaires_jours: int
    decision_jours: int
    transmission_jours_ouvrables: int
    rappel_jours: int
    """Combien de jours avant sa date chaque étape de l'évaluation de fin se rappelle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesDifferends:
    """Après combien de jours civils un différend ouvert persiste (CI-21)."""

    persistance_jours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesConclus:
    """Les bornes, croissantes, en dollars, entre les bandes d'envergure d'un contrat (CI-22)."""

    bandes: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormesSortie:
    """Combien de mois avant la fin d'un contrat sa sortie se rappelle (CI-24)."""

    rappels_mois: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normes:
    """Tout ce qui vaut un même jour."""

    copie_jours_ouvrables: int
    """De la dernière signature à la copie transmise au Courtier (CI-16)."""
    seao: NormesSeao
    marches: NormesMarches
    consommation: NormesConsommation
    evaluation: NormesEvaluation
    differends: NormesDifferends
    conclus: NormesConclus
    sortie: NormesSortie
    demande_jours_ouvrables: int
    """De la demande d'une pièce par le Courtier à sa transmission, sans presse (CI-23)."""
    pieces: Mapping[str, Conservation]
    """Par genre de pièce."""


@dataclass(frozen=True, slots=True)
class NormesDatees:
    """Les normes, de jour en jour. Se construit par `de`."""

    chronologie: Chronologie[Normes]

    @classmethod
    def de(cls, versions: Mapping[date, Normes]) -> "NormesDatees":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def le(self, jour: date) -> Normes:
        """Celles de ce jour; lève `Conflit` (CI-10) avant la première."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Nulle norme ne vaut le {date_longue(jour)}.", regle="CI-10")
        return version.valeur
