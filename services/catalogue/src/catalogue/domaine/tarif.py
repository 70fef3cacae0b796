"""Les tarifs d'une fiche (CAT-5) : ce qu'une unité coûte, et comment on le calcule."""

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from socle.noyau import Conflit

Unite = Literal["mois", "produit", "heure", "demande", "incident", "contrat", "acte"]
Source = Literal["fiche", "ropn", "grille", "saisi"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """À partir d'un seuil, les frais sont `montant + taux × valeur` (dollars)."""

    a_partir_de: Decimal
    montant: Decimal
    taux: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarif:
    """Un tarif; montants en dollars, majoration en part (0,10 = 10 %), durées en minutes.

    `precision` complète le libellé neutre quand la source ne nomme pas l'objet : vide tant que
    le MCN ne l'a pas dite. Lève `Conflit` (CAT-5) si les champs se contredisent.
    """

    code: str
    libelle: str
    unite: Unite
    source: Source
    precision: str = ""
    montant: Decimal | None = None
    majoration: Decimal = Decimal(0)
    grille: tuple[Tranche, ...] = ()
    pas_minutes: int = 15
    minimum_minutes: int | None = None
    maximum_minutes: int | None = None
    mois_si_perte: int = 0

    def __post_init__(self) -> None:
        if self.montant is not None and self.source != "fiche":
            self._refuser(f"un montant ne va pas avec la source « {self.source} »")
        if self.grille and self.source != "grille":
            self._refuser(f"une grille ne va pas avec la source « {self.source} »")
        seuils = [tranche.a_partir_de for tranche in self.grille]
        if seuils and (seuils[0] != 0 or any(a >= b for a, b in pairwise(seuils))):
            self._refuser("les seuils de la grille partent de 0 et croissent")
        bornes = (self.minimum_minutes or 0, self.maximum_minutes)
        if bornes[1] is not None and bornes[1] < bornes[0]:
            self._refuser("le maximum de minutes est inférieur au minimum")

    def _refuser(self, raison: str) -> None:
        raise Conflit(f"Tarif {self.code} : {raison}.", regle="CAT-5", details={"tarif": self.code})

    @property
    def est_vide(self) -> bool:
        """Vrai si le montant devrait venir de la fiche et n'est pas encore connu."""
        return self.source in {"fiche", "grille"} and self.montant is None and not self.grille

    def se_comble_par(self, nouveau: "Tarif") -> bool:
        """Vrai si ce tarif était sans montant et que le montant est la seule différence."""
        return replace(nouveau, montant=None, grille=()) == self
