"""Ce qui est dû : une somme qui s'explique, et l'identité qui la garde unique."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from facturation.domaine.ecriture import en_heures, en_nombre, en_pourcentage
from facturation.domaine.tarifs import EtatProduit, Prix, SansMontant, Tarif
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

    `fin` est exclue; `quantite` est ce que multiplie le prix, fraction de mois comprise.
    """

    identite: Identite
    evenements: tuple[UUID, ...]
    prix: Prix
    quantite: Fraction
    calcul: str
    montant: Montant
    fin: date | None = None
    produit: EtatProduit | None = None


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
    quantite: Fraction,
    facteurs: Iterable[str],
    *,
    fin: date | None = None,
    produit: EtatProduit | None = None,
) -> Du | Attente:
    """Prix × quantité × (1 + majoration), un seul arrondi (FAC-1, FAC-3); sans prix, une attente.

    `facteurs` écrit la quantité en clair; `fin` est exclue.
    """
    if isinstance(prix, SansMontant):
        return Attente(identite=identite, evenements=evenements, motif=prix.motif)
    majoration = prix.tarif.majoration
    calcul = " ".join([prix.formule, *facteurs])
    if majoration:
        calcul += f" + {en_pourcentage(majoration)}"
    return Du(
        identite=identite,
        evenements=evenements,
        prix=prix,
        quantite=quantite,
        calcul=calcul,
        montant=Montant.de(Fraction(prix.valeur) * quantite * (1 + Fraction(majoration))),
        fin=fin,
        produit=produit,
    )


def fois(quantite: int | Decimal | Fraction, unite: str = "") -> str:
    """« × 3 », « × 4 mois »."""
    return f"× {en_nombre(quantite)}" + (f" {unite}" if unite else "")


def fois_heures(minutes: int) -> str:
    """« × 1,25 h »."""
    return f"× {en_heures(minutes)}"


def minutes_facturees(minutes: int, tarif: Tarif) -> int:
    """Le temps arrondi au pas supérieur, puis borné au minimum et au maximum du tarif (FAC-4)."""
    arrondies = -(-minutes // tarif.pas_minutes) * tarif.pas_minutes
    if tarif.minimum_minutes is not None:
        arrondies = max(arrondies, tarif.minimum_minutes)
    if tarif.maximum_minutes is not None:
        arrondies = min(arrondies, tarif.maximum_minutes)
    return arrondies
