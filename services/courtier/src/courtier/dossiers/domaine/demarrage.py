"""Du contact à la préparation du contrat : les gestes de l'étape 5 (CI-16)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from courtier.dossiers.domaine.besoins import PeriodeBesoin
from courtier.dossiers.domaine.scenarios import Calcul, OffreVoulue
from noyau import Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """L'organisme demande la rencontre de démarrage et nomme son fournisseur (IC-1)."""

    fournisseur_id: UUID
    partenaire: str | None
    le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Informations:
    """Ce que l'organisme fournit avant la rencontre.

    Lève `Conflit` (CI-16) si les conditions ou le formulaire d'engagement n'ont pas été lus.
    """

    texte: str
    conditions_lues: bool
    engagement_lu: bool

    def __post_init__(self) -> None:
        if not (self.conditions_lues and self.engagement_lu):
            raise Conflit(
                "Les conditions applicables et le formulaire d'engagement se lisent avant la"
                " rencontre.",
                regle="CI-16",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rencontre:
    """La rencontre de démarrage, tenue, et les points de son ordre du jour."""

    tenue_le: datetime
    ordre_du_jour: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """L'autorisation budgétaire, avant taxes; la pièce vit chez l'organisme."""

    montant: Decimal
    date: date
    empreinte: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """La confirmation finale des besoins; ce qui est absent n'a pas changé."""

    duree_mois: int | None
    consommation: tuple[PeriodeBesoin, ...] | None
    offres: tuple[OffreVoulue, ...] | None
    """Celles du scénario choisi, si elles changent."""
    calculs: tuple[Calcul, ...]

    def avec(self, calculs: tuple[Calcul, ...]) -> "Confirmation":
        """La même, les scénarios rechiffrés."""
        return replace(self, calculs=calculs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Une vérification administrative du fournisseur, et jusqu'où elle vaut (jour compris)."""

    nature: str
    faite_le: date
    valide_jusqu_au: date
    empreinte: str

    def __post_init__(self) -> None:
        if self.valide_jusqu_au < self.faite_le:
            raise Conflit("Une vérification vaut au moins le jour où elle se fait.", regle="CI-16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admissibilite:
    """L'admissibilité administrative du fournisseur choisi."""

    fournisseur_id: UUID
    verifications: tuple[Verification, ...]

    def vaut(self, jour: date) -> bool:
        """Vrai si toutes ses vérifications valent encore ce jour-là."""
        return all(v.faite_le <= jour <= v.valide_jusqu_au for v in self.verifications)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Le Courtier prépare le contrat du dossier, aux prix de ce jour."""

    contrat_id: UUID
    calculs: tuple[Calcul, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureClient:
    """L'organisme signe le contrat du dossier; la règle se rejoue aux prix de ce jour (CI-15)."""

    contrat_id: UUID
    calculs: tuple[Calcul, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """Le fournisseur a signé à son tour : le dossier finit en contrat."""

    contrat_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusFournisseur:
    """Le fournisseur refuse de signer : le contrat tombe, le dossier reprend."""

    contrat_id: UUID
