"""Ce qui est dû : une somme qui s'explique, et l'identité qui la garde unique."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from uuid import UUID

from facturation.domaine.ecriture import en_pourcentage
from facturation.domaine.quantites import Quantite
from facturation.domaine.tarifs import EtatProduit, Prix, SansMontant
from socle.noyau import Mois, Montant


class Nature(StrEnum):
    """Pourquoi une somme est due."""

    ABONNEMENT = "abonnement"
    ACTE = "acte"
    PERTE = "perte"
    SOUTIEN = "soutien"
    COURTAGE = "courtage"


@dataclass(frozen=True, slots=True, order=True)
class Identite:
    """Ce qui distingue un dû de tout autre du même organisme; la période d'origine s'en déduit."""

    source: str
    tarif: str
    nature: Nature
    debut: date

    @property
    def periode(self) -> Mois:
        return Mois.de(self.debut)


@dataclass(frozen=True, slots=True, kw_only=True)
class Du:
    """Une somme due pour une période d'origine, avec de quoi l'expliquer (FAC-9).

    `fin` est exclue, et absente pour un acte.
    """

    identite: Identite
    evenements: tuple[UUID, ...]
    prix: Prix
    quantite: Quantite
    montant: Montant
    fin: date | None = None
    produit: EtatProduit | None = None

    @property
    def calcul(self) -> str:
        """Le calcul en clair : « 147,00 $ × 12 ÷ 30 », « 50,00 $ × 2 + 10 % »."""
        majoration = self.prix.tarif.majoration
        parts = [self.prix.formule, self.quantite.ecrite]
        if majoration:
            parts.append(f"+ {en_pourcentage(majoration)}")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attente:
    """Un fait à facturer sans montant applicable : signalé, jamais inventé."""

    identite: Identite
    evenements: tuple[UUID, ...]
    motif: str


@dataclass(frozen=True, slots=True)
class Calcul:
    """Tout ce que doit un organisme jusqu'à une période, et ce qui attend un montant."""

    dus: tuple[Du, ...]
    attentes: tuple[Attente, ...]


def chiffrer(
    identite: Identite,
    evenements: tuple[UUID, ...],
    prix: Prix | SansMontant,
    quantite: Quantite,
    *,
    fin: date | None = None,
    produit: EtatProduit | None = None,
) -> Du | Attente:
    """Prix × quantité × (1 + majoration), un seul arrondi (FAC-1, FAC-3); sans prix, attente."""
    if isinstance(prix, SansMontant):
        return Attente(identite=identite, evenements=evenements, motif=prix.motif)
    numerateur, denominateur = quantite.fraction
    return Du(
        identite=identite,
        evenements=evenements,
        prix=prix,
        quantite=quantite,
        montant=_arrondir(
            prix.majore.numerator * numerateur, prix.majore.denominator * denominateur
        ),
        fin=fin,
        produit=produit,
    )


@lru_cache(maxsize=8192)
def _arrondir(numerateur: int, denominateur: int) -> Montant:
    """Les mêmes mois entiers reviennent sans cesse : leur arrondi se garde."""
    return Montant.de(Fraction(numerateur, denominateur))
