"""Ce qu'un rendu tire des lignes d'un document, lot par lot : jamais toutes ne sont tenues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from facturation.factures.adaptateurs.rendus.textes import mois
from facturation.factures.domaine.ecarts import (
    Cause,
    Compte,
    Ecarts,
    Part,
    Pli,
    comparer,
    lire_montant,
)
from facturation.factures.domaine.factures import PREFIXES, NatureDocument
from facturation.factures.domaine.sous_totaux import Axe, SousTotal, SousTotaux
from noyau import ZERO, Montant

GROUPES: Final = {
    "abonnement": "Abonnements",
    "acte": "Produits et services rendus",
    "frais": "Frais de service",
    "engagement": "Engagements minimaux",
    "perte": "Pertes, vols et sinistres",
}
TITRES: Final = {"facture": "Facture", "note_de_credit": "Note de crédit"}
REGULARISATIONS: Final = "Régularisations"
TITRES_DES_GROUPES: Final = (*GROUPES.values(), REGULARISATIONS)
"""Dans l'ordre où ils se lisent."""
CAUSES: Final = {
    Cause.AJOUTS: "Abonnements ajoutés",
    Cause.FINS: "Abonnements finis",
    Cause.PRIX: "Prix changés",
    Cause.PRORATA: "Mois partiels et unités",
    Cause.ACTES: "Actes et frais de la période",
    Cause.ACTES_PRECEDENTS: "Actes et frais d'avant, qui ne se répètent pas",
    Cause.CORRECTIONS: "Régularisations et ajustements",
    Cause.CORRECTIONS_PRECEDENTES: "Régularisations d'avant, qui ne se répètent pas",
}
AXES: Final = {Axe.IMPUTATION: "Imputation", Axe.SITE: "Site", Axe.TARIF: "Tarif"}
AXES_A_PART: Final = (Axe.IMPUTATION, Axe.SITE)
"""Ceux que le sommaire par tarif ne dit pas déjà."""
MONTRES: Final = 40
"""Les sous-totaux qu'un papier ou une page montre d'un axe; le JSON les dit tous."""


def titre_du_groupe(ligne: Mapping[str, Any]) -> str:
    """Le groupe d'une ligne : sa nature, les régularisations à part."""
    return REGULARISATIONS if ligne["regularisation"] else GROUPES[ligne["nature"]]


@dataclass(slots=True)
class LigneDeSommaire:
    """Ce que compte un tarif dans un groupe."""

    tarif: str
    libelle: str
    compte: Compte = field(default_factory=Compte)


@dataclass(slots=True)
class LignesLues:
    """Les lignes d'un document, comptées à mesure qu'elles se lisent."""

    nombre: int = 0
    sous_totaux: SousTotaux = field(default_factory=SousTotaux)
    pli: Pli = field(default_factory=Pli)
    _groupes: dict[str, dict[str, LigneDeSommaire]] = field(default_factory=dict)

    @classmethod
    def de(cls, lignes: Sequence[Mapping[str, Any]]) -> "LignesLues":
        """La lecture de ces lignes seules."""
        lecture = cls()
        lecture.ajouter(lignes)
        return lecture

    def ajouter(self, lignes: Sequence[Mapping[str, Any]]) -> None:
        """Compte ces lignes."""
        self.nombre += len(lignes)
        self.sous_totaux.ajouter(lignes)
        self.pli.ajouter(lignes)
        for ligne in lignes:
            groupe = self._groupes.setdefault(titre_du_groupe(ligne), {})
            neuve = LigneDeSommaire(ligne["tarif"], ligne["libelle"])
            groupe.setdefault(ligne["tarif"], neuve).compte.ajouter(lire_montant(ligne["montant"]))

    def sommaire(self) -> Iterable[tuple[str, Montant, list[LigneDeSommaire]]]:
        """Chaque groupe qui a des lignes, son total, et ses tarifs."""
        for titre in TITRES_DES_GROUPES:
            if groupe := self._groupes.get(titre):
                tarifs = [groupe[code] for code in sorted(groupe)]
                yield titre, sum((t.compte.montant for t in tarifs), ZERO), tarifs


@dataclass(frozen=True, slots=True)
class Comparaison:
    """Ce qui a changé depuis un document, que l'on nomme; d'un premier, il n'y en a pas."""

    numero: str
    periode: str
    ecarts: Ecarts

    @property
    def par_tarif(self) -> list[tuple[str, str, Part]]:
        """Chaque tarif et son libellé, cause par cause."""
        tarifs = self.ecarts.tarifs
        return [(t.tarif, t.libelle, part) for t in tarifs for part in t.parts]


@dataclass(frozen=True, slots=True)
class Precedent:
    """Un document émis, plié : celui d'avant, auquel d'autres se comparent."""

    numero: str
    periode: str
    pli: Pli

    def comparer(self, pli: Pli) -> Comparaison:
        """Ce qui a changé de lui à cet autre."""
        return Comparaison(self.numero, self.periode, comparer(self.pli, pli))


def phrase_du_precedent(comparaison: Comparaison) -> str:
    """« Depuis la facture 2026-2027-000001 (août 2026) »."""
    note = comparaison.numero.startswith(PREFIXES[NatureDocument.NOTE_DE_CREDIT])
    nature = "la note de crédit" if note else "la facture"
    return f"Depuis {nature} {comparaison.numero} ({mois(comparaison.periode)})"


def sous_totaux_montres(sous_totaux: SousTotaux, axe: Axe) -> list[tuple[str, int, Montant]]:
    """Les plus grands sous-totaux d'un axe, puis tous les autres ensemble; vide s'il n'en dit rien.

    Chacun : sa valeur, combien de lignes, leur somme.
    """
    tous = sous_totaux.par(axe)
    if all(un.valeur is None for un in tous):
        return []
    sans_valeur = f"Sans {AXES[axe].lower()}"
    gardes = set(sorted(tous, key=_par_importance)[:MONTRES])
    rangees = [(un.valeur or sans_valeur, un.nombre, un.montant) for un in tous if un in gardes]
    autres = [un for un in tous if un not in gardes]
    if autres:
        nombre = sum(un.nombre for un in autres)
        reste = sum((un.montant for un in autres), ZERO)
        rangees.append((f"{len(autres)} autres", nombre, reste))
    return rangees


def _par_importance(un: SousTotal) -> int:
    return -abs(un.montant.cents)
