"""Une demande, ses livraisons et son temps travaillé (DEM-4, DEM-7)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOuvert, CodeProduit, CodeTarif, Imputation, Jour, Valeur
from contrats.demandes.commun import EvenementDemandes
from contrats.demandes.parc import FINS_D_ACTIF


class LivraisonAttendue(Valeur):
    """Un article que la demande attend; sa livraison sera l'événement nommé (SLA-2)."""

    article_id: UUID = Field(description="L'article attendu.")
    evenement: str = Field(
        description="Le type de l'événement qui le livrera.", examples=["poste.livré"]
    )


class EvenementDemande(EvenementDemandes):
    """Un fait d'une demande, à sa clé."""

    CLE: ClassVar[str] = "demande_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("demande",)
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"demande": "demande_id"})

    demande_id: UUID = Field(description="La demande.")


class DemandeCreee(EvenementDemande):
    """Une demande est soumise; elle porte tout ce que la mesure doit en savoir (DEM-4)."""

    TYPE: ClassVar[str] = "demande.créée"

    numero: str = Field(description="Le numéro lisible.", examples=["D-2026-000123"])
    sorte: CodeOuvert = Field(description="Ce qui est demandé (DEM-1).")
    approbation_requise: bool = Field(description="Vrai si un signataire doit approuver (DEM-3).")
    acquisition_multiple: bool = Field(description="Deux unités ou plus à acquérir (condition a).")
    configuration_normalisee: bool = Field(description="Faux : condition b.")
    logiciel_payant: bool = Field(
        description="Au moins un logiciel hors noyau, payant (condition c)."
    )
    gamme: CodeOuvert | None = Field(
        default=None, description="Gamme du poste; absente : pas de poste."
    )
    livraisons_attendues: tuple[LivraisonAttendue, ...] = Field(
        description="Ce dont la livraison finit la demande; la dernière la complète (SLA-2)."
    )
    imputation: Imputation | None = None


class DemandeApprouvee(EvenementDemande):
    """Un signataire autorisé à la date de l'acte a approuvé (DEM-3)."""

    TYPE: ClassVar[str] = "demande.approuvée"

    signataire_id: UUID = Field(description="Qui a signé.")
    au_nom_de_id: UUID | None = Field(
        default=None, description="Le signataire remplacé, s'il y a substitution."
    )


class DemandeRefusee(EvenementDemande):
    """Une étape d'approbation a refusé la demande (DEM-3)."""

    TYPE: ClassVar[str] = "demande.refusée"

    signataire_id: UUID = Field(description="Qui a signé.")
    au_nom_de_id: UUID | None = Field(
        default=None, description="Le signataire remplacé, s'il y a substitution."
    )


class DemandePriseEnCharge(EvenementDemande):
    """Le MCN prend la demande en charge (DEM-4)."""

    TYPE: ClassVar[str] = "demande.prise_en_charge"


class DemandeSuspendue(EvenementDemande):
    """La demande attend le client (DEM-4); le motif libre reste dans demandes."""

    TYPE: ClassVar[str] = "demande.suspendue"


class DemandeReprise(EvenementDemande):
    """La suspension est levée (DEM-4)."""

    TYPE: ClassVar[str] = "demande.reprise"


class DemandeRouverte(EvenementDemande):
    """Une demande complétée reprend; les articles rouverts, et eux seuls, sont nommés (SLA-2)."""

    TYPE: ClassVar[str] = "demande.rouverte"

    livraisons_attendues: tuple[LivraisonAttendue, ...] = Field(
        description="Les articles rouverts : chacun se livre de nouveau (SLA-2)."
    )


class DemandeRedirigee(EvenementDemande):
    """La demande va au développement de solutions; fin non mesurée (DEM-6)."""

    TYPE: ClassVar[str] = "demande.redirigée"


class DemandeAnnulee(EvenementDemande):
    """La demande est annulée; elle n'est pas mesurée (SLA-2)."""

    TYPE: ClassVar[str] = "demande.annulée"


class DemandeCompletee(EvenementDemande):
    """La demande est complétée (DEM-4).

    Quand elle attend des articles, c'est un fait dérivé de la dernière livraison : qui rejoue
    l'histoire lit les livraisons, et un `acte.rectifié` l'annule si l'histoire ne le dit plus.
    """

    TYPE: ClassVar[str] = "demande.complétée"


class _Livraison(EvenementDemande):
    """La livraison d'un article, clé de la demande, actif créé (DEM-7)."""

    article_id: UUID = Field(description="L'article livré.")
    imputation: Imputation | None = None


class _LivraisonActif(_Livraison):
    SOURCE: ClassVar[str | None] = "actif_id"
    FINI_PAR: ClassVar[tuple[str, ...]] = FINS_D_ACTIF

    actif_id: UUID = Field(
        description="L'actif livré; un article a toujours le même, livré une ou plusieurs fois."
    )
    produit: CodeProduit
    quantite: int = Field(default=1, ge=1, description="Le nombre d'unités livrées.")
    site: str | None = Field(default=None, description="Le site où il est; absent : pas dit.")
    utilisateur_id: str | None = Field(
        default=None, description="Qui l'emploie, par son identifiant; absent : pas dit."
    )


class PosteLivre(_LivraisonActif):
    """Un poste physique est livré (PT-1)."""

    TYPE: ClassVar[str] = "poste.livré"


class PosteVirtuelInstalle(_LivraisonActif):
    """Un poste virtuel est installé (PT-2)."""

    TYPE: ClassVar[str] = "poste_virtuel.installé"


class LogicielInstalle(_LivraisonActif):
    """Un logiciel est installé (PT-1, PT-2, PT-3)."""

    TYPE: ClassVar[str] = "logiciel.installé"


class AppareilSynchronise(_LivraisonActif):
    """Un appareil mobile est synchronisé (PT-9)."""

    TYPE: ClassVar[str] = "appareil.synchronisé"


class ActifLivre(_LivraisonActif):
    """Un moniteur, une station, un jeton ou un produit est livré."""

    TYPE: ClassVar[str] = "actif.livré"


class AmenagementComplete(_Livraison):
    """L'aménagement d'un utilisateur est complété (PT-6)."""

    TYPE: ClassVar[str] = "aménagement.complété"
    SOURCE: ClassVar[str | None] = "article_id"


class TravailEffectue(EvenementDemande):
    """Du temps travaillé sur un article, au tarif nommé, dû quoi qu'il arrive (FAC-4)."""

    TYPE: ClassVar[str] = "travail.effectué"
    SOURCE: ClassVar[str | None] = "article_id"

    article_id: UUID = Field(description="L'article où l'on a travaillé.")
    tarif: CodeTarif
    minutes: int = Field(ge=1, le=60_000, description="Le temps travaillé, en minutes.")
    imputation: Imputation | None = None


class DateConvenue(EvenementDemande):
    """L'organisme et le MCN conviennent d'une date de fin; la dernière dite vaut (PT-7, PT-8)."""

    TYPE: ClassVar[str] = "date.convenue"

    date_convenue: Jour = Field(description="Le dernier jour qui tient l'entente.")


LIVRAISONS_D_ACTIF = (
    PosteLivre,
    PosteVirtuelInstalle,
    LogicielInstalle,
    AppareilSynchronise,
    ActifLivre,
)
"""Celles qui créent un actif : elles portent `actif_id`, `produit` et `quantite` (DEM-7)."""

LIVRAISONS = (*LIVRAISONS_D_ACTIF, AmenagementComplete)
"""Les livraisons d'un article d'une demande, toutes à la clé de la demande."""
