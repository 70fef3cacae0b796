"""Un document totalisé par imputation, par site et par tarif (FAC-16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from facturation.factures.domaine.ecarts import Compte, lire_montant
from noyau import ZERO, Montant


class Axe(StrEnum):
    """Ce par quoi les lignes se totalisent, et le champ qui le dit."""

    IMPUTATION = "imputation"
    SITE = "site"
    TARIF = "tarif"


@dataclass(frozen=True, slots=True)
class SousTotal:
    """Les lignes de même valeur; sans valeur, celles qui n'en disent pas."""

    valeur: str | None
    nombre: int
    montant: Montant


@dataclass(slots=True)
class SousTotaux:
    """Les lignes comptées à mesure qu'on les lit; sur chaque axe, la somme est le total."""

    total: Montant = ZERO
    _comptes: dict[Axe, dict[str | None, Compte]] = field(
        default_factory=lambda: {axe: {} for axe in Axe}
    )

    def ajouter(self, lignes: Iterable[Mapping[str, Any]]) -> None:
        """Compte ces lignes; celle d'avant un axe n'en dit pas de valeur."""
        for ligne in lignes:
            montant = lire_montant(ligne["montant"])
            self.total += montant
            for axe, comptes in self._comptes.items():
                comptes.setdefault(ligne.get(axe), Compte()).ajouter(montant)

    def par(self, axe: Axe) -> list[SousTotal]:
        """Par valeur croissante; ce qui n'en a pas, à la fin."""
        comptes = self._comptes[axe]
        rangees = sorted(comptes, key=lambda valeur: (valeur is None, valeur or ""))
        return [SousTotal(v, comptes[v].nombre, comptes[v].montant) for v in rangees]
