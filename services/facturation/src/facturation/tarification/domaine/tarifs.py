"""Ce que publie le catalogue : des versions datées de fiches, de prix et de produits.

Les champs d'un tarif portent les noms du contrat. Une forme ou une source qu'un producteur plus
récent connaît seul se garde : ce sont les lignes qui attendent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

from noyau import FaitNomme, Predicat, Tranche, jour_de_quebec


class Forme(StrEnum):
    """Comment une quantité se compte (CAT-9)."""

    MOIS = "mois"
    UNITES = "unites"
    DUREE = "duree"
    PALIERS = "paliers"
    GRILLE = "grille"
    FORFAIT = "forfait"
    SAISI = "saisi"


_FORMES: Final = MappingProxyType({forme.value: forme for forme in Forme})


class Provenance(StrEnum):
    """D'où vient le montant d'un tarif."""

    FICHE = "fiche"
    ROPN = "ropn"


class AbonnementsOuverts(StrEnum):
    """Ce que devient un abonnement ouvert quand son tarif cesse de se compter au mois."""

    CONTINUENT = "continuent"
    FINISSENT = "finissent"


@dataclass(frozen=True, slots=True)
class Palier:
    """À partir d'une quantité, chaque pas entamé coûte un montant ($)."""

    a_partir_de: int
    pas: int
    montant: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Declencheur:
    """Ce qui rend un tarif dû : un type d'événement, ou la livraison d'un produit qui le porte."""

    livraison: bool = False
    evenement: str | None = None
    si: Predicat | None = None

    def eprouve(self, fait: str) -> bool:
        """Vrai si ce qui le rend dû dépend de ce fait nommé."""
        return self.si is not None and fait in self.si.faits

    def repond(self, faits: Mapping[str, FaitNomme]) -> bool:
        """Vrai si ces faits nommés le rendent dû."""
        return self.si is None or self.si.vrai(faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decompte:
    """Comment un tarif se compte : sa forme, et les faits nommés qu'elle lit (CAT-9).

    `signale_apres_jours` : au-delà, un groupe que rien n'a clos se signale (FAC-4).
    """

    forme: str
    fois: str | None = None
    fait: str | None = None
    pas: int = 1
    minimum: int | None = None
    maximum: int | None = None
    par: tuple[str, ...] = ()
    a_la_cloture: str | None = None
    signale_apres_jours: int | None = None
    paliers: tuple[Palier, ...] = ()
    grille: tuple[Tranche, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FraisUniques:
    """Des frais dus une fois par source, à l'ouverture de son premier abonnement (FAC-1)."""

    libelle: str
    montant: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """La durée (mois) qu'un abonnement s'engage à courir; le préavis en jours civils (FAC-5)."""

    mois: int
    reconduit: bool
    preavis_jours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarif:
    """Un tarif d'une fiche de service; montants en dollars, majoration en taux (0,10)."""

    code: str
    libelle: str
    du: Declencheur
    quantite: Decompte
    source: str = Provenance.FICHE
    montant: Decimal | None = None
    majoration: Decimal = Decimal(0)
    mois_si_perte: int = 0
    frais_uniques: FraisUniques | None = None
    engagement: Engagement | None = None
    abonnements_ouverts: str | None = None

    @property
    def forme(self) -> Forme | None:
        """La forme du décompte; aucune si elle n'est pas connue d'ici."""
        return _FORMES.get(self.quantite.forme)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFiche:
    """Les tarifs d'une version de fiche, de `debut` au début de la suivante (CAT-5)."""

    fiche: str
    version: int
    debut: date
    tarifs: tuple[Tarif, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRetiree:
    """Les versions d'une fiche de même `debut`, jusqu'à celle-ci, ne vaudront pas (CAT-2)."""

    fiche: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPrix:
    """Le prix d'un produit au ROPN ($), de `debut` au début du suivant (CAT-2)."""

    produit: str
    version: int
    debut: date
    prix: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EtatProduit:
    """Un produit du ROPN depuis un instant, et les tarifs que sa livraison déclenche.

    `sequence` croît d'un état au suivant.
    """

    code: str
    sequence: int
    libelle: str
    depuis: datetime
    tarifs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuQuo:
    """Un organisme garde une version d'une fiche, depuis un jour (CAT-6)."""

    statu_quo_id: UUID
    organisme: str
    fiche: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FinStatuQuo:
    """Le premier jour hors d'un statu quo; de plusieurs, la dernière dite vaut (CAT-6)."""

    statu_quo_id: UUID
    organisme: str
    sequence: int
    fin: date


ElementCatalogue: TypeAlias = (
    VersionFiche | VersionRetiree | VersionPrix | EtatProduit | StatuQuo | FinStatuQuo
)
"""Ce que publie le catalogue; chaque version, chaque état est daté et ne change plus."""


@dataclass(frozen=True, slots=True)
class Portee:
    """Ce qu'un élément du catalogue peut changer : à partir de quel jour, de quoi, chez qui.

    Sans produit, tous; sans organisme, tous.
    """

    depuis: date
    produit: str | None = None
    organisme: str | None = None


def portee(element: ElementCatalogue) -> Portee:
    """Ce que peut changer cet élément; rien d'avant son jour (CAT-5)."""
    match element:
        case VersionFiche() | VersionRetiree():
            return Portee(element.debut)
        case VersionPrix():
            return Portee(element.debut, produit=element.produit)
        case EtatProduit():
            return Portee(jour_de_quebec(element.depuis), produit=element.code)
        case StatuQuo():
            return Portee(element.debut, organisme=element.organisme)
        case FinStatuQuo():
            # Celle qu'elle remplace, si elle en remplace une, pouvait être de n'importe quel jour.
            return Portee(date.min, organisme=element.organisme)
