"""Ce qui est dû : une somme qui s'explique, et l'identité qui la garde unique."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from facturation.creances.domaine.quantites import Quantite
from facturation.tarification.domaine.ecriture import en_pourcentage
from facturation.tarification.domaine.tarification import Prix, SansMontant
from facturation.tarification.domaine.tarifs import EtatProduit
from noyau import Fait, Mois, Montant


class Nature(StrEnum):
    """Pourquoi une somme est due."""

    ABONNEMENT = "abonnement"
    ACTE = "acte"
    FRAIS = "frais"
    ENGAGEMENT = "engagement"
    PERTE = "perte"


@dataclass(frozen=True, slots=True, order=True)
class Identite:
    """Ce qui distingue une créance de toute autre du même organisme, et dit sa période.

    `cle` : l'acte d'un fait compté seul, ce qui réunit ceux d'un groupe, vide pour un mois.
    """

    source: str
    tarif: str
    nature: Nature
    debut: date
    cle: str = ""

    @property
    def periode(self) -> Mois:
        return Mois.de(self.debut)


@dataclass(frozen=True, slots=True, kw_only=True)
class Creance:
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
        majoration = self.prix.majoration
        ajout = f"+ {en_pourcentage(majoration)}" if majoration else ""
        return " ".join(filter(None, (self.prix.formule, self.quantite.ecrite, ajout)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attente:
    """Un fait à facturer sans montant applicable : signalé, jamais inventé.

    `des` : le jour où elle se signale; d'ici là, il n'y a rien à en dire encore (FAC-4).
    """

    identite: Identite
    evenements: tuple[UUID, ...]
    motif: str
    des: date = date.min


Chiffrage: TypeAlias = Creance | Attente


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneMiseEnAttente(Fait):
    """Un fait à facturer n'a pas de montant applicable."""

    organisme: str
    attente: Attente


@dataclass(frozen=True, slots=True)
class Calcul:
    """Tout ce que doit un organisme jusqu'à une période, et ce qui attend un montant."""

    creances: tuple[Creance, ...]
    attentes: tuple[Attente, ...]

    def signalees(self, avant: date) -> tuple[Attente, ...]:
        """Celles qui se signalent avant ce jour."""
        return tuple(attente for attente in self.attentes if attente.des < avant)


def chiffrer(
    identite: Identite,
    evenements: tuple[UUID, ...],
    prix: Prix | SansMontant,
    quantite: Quantite,
    *,
    fin: date | None = None,
    produit: EtatProduit | None = None,
) -> Chiffrage:
    """Prix × quantité × (1 + majoration), un seul arrondi (FAC-1, FAC-3); sans prix, attente."""
    if isinstance(prix, SansMontant):
        return Attente(identite=identite, evenements=evenements, motif=prix.motif)
    numerateur, denominateur = prix.majore
    return Creance(
        identite=identite,
        evenements=evenements,
        prix=prix,
        quantite=quantite,
        montant=_arrondir(numerateur * quantite.numerateur, denominateur * quantite.denominateur),
        fin=fin,
        produit=produit,
    )


@lru_cache(maxsize=8192)
def _arrondir(numerateur: int, denominateur: int) -> Montant:
    """Les mêmes mois entiers reviennent sans cesse : leur arrondi se garde."""
    return Montant.de(Fraction(numerateur, denominateur))
