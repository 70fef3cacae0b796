"""Du contact à la préparation du contrat : les gestes de l'étape 5 (CI-16)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from courtier.dossiers.domaine.besoins import PeriodeBesoin
from courtier.dossiers.domaine.planchers import (
    Justification,
    Plancher,
    exiger_un_motif_chacune,
)
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
    """La confirmation finale des besoins; ce qui est absent n'a pas changé.

    Ni depuis l'étape 1, ni depuis une confirmation d'avant : les confirmations s'ajoutent. Lève
    `Conflit` (CI-15) si une offre y est motivée deux fois.
    """

    duree_mois: int | None
    consommation: tuple[PeriodeBesoin, ...] | None
    offres: tuple[OffreVoulue, ...] | None
    """Celles du scénario choisi, si elles changent."""
    calculs: tuple[Calcul, ...]
    planchers: tuple[Plancher, ...] = ()
    justifications: tuple[Justification, ...] = ()
    """Le motif de chaque réserve neuve (CI-15)."""

    def __post_init__(self) -> None:
        exiger_un_motif_chacune(self.justifications)

    def avec(self, calculs: tuple[Calcul, ...], planchers: tuple[Plancher, ...]) -> "Confirmation":
        """La même, les scénarios et les planchers rechiffrés."""
        return replace(self, calculs=calculs, planchers=planchers)


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

    def vaut(self, jour: date) -> bool:
        """Vrai si elle vaut encore ce jour-là."""
        return self.faite_le <= jour <= self.valide_jusqu_au


@dataclass(frozen=True, slots=True, kw_only=True)
class Admissibilite:
    """L'admissibilité administrative du fournisseur choisi."""

    fournisseur_id: UUID
    verifications: tuple[Verification, ...]

    @classmethod
    def de(cls, dites: Iterable["Admissibilite"], fournisseur_id: UUID) -> "Admissibilite":
        """La dernière vérification de chaque nature dite de ce fournisseur.

        En refaire une ne fait pas oublier les autres : chacune compte par elle-même.
        """
        siennes = (d.verifications for d in dites if d.fournisseur_id == fournisseur_id)
        dernieres = {v.nature: v for verifications in siennes for v in verifications}
        return cls(fournisseur_id=fournisseur_id, verifications=tuple(dernieres.values()))

    def vaut(self, jour: date) -> bool:
        """Vrai s'il y a des vérifications, et si toutes valent encore ce jour-là."""
        return bool(self.verifications) and all(v.vaut(jour) for v in self.verifications)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Le Courtier prépare le contrat du dossier, aux prix de ce jour."""

    contrat_id: UUID
    calculs: tuple[Calcul, ...]
    planchers: tuple[Plancher, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureClient:
    """L'organisme signe le contrat du dossier; la règle se rejoue aux prix de ce jour (CI-15)."""

    contrat_id: UUID
    calculs: tuple[Calcul, ...]
    planchers: tuple[Plancher, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """Le fournisseur a signé à son tour : le dossier finit en contrat."""

    contrat_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusFournisseur:
    """Le fournisseur refuse de signer : le contrat tombe, le dossier reprend."""

    contrat_id: UUID
