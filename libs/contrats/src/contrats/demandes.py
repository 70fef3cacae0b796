"""Les faits que publie demandes : organismes, demandes, livraisons, actifs, interventions."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contrats.base import (
    AwareDatetime,
    CodeOrganisme,
    CodeProduit,
    CodeTarif,
    Evenement,
    Valeur,
    date,
)
from contrats.catalogue import Gamme

SorteDemande = Literal[
    "poste_physique", "poste_virtuel", "logiciel", "amenagement_utilisateur",
    "appareil_mobile", "soutien_etendu",
]  # fmt: skip


class _EvenementDemandes(Evenement):
    PRODUCTEUR: ClassVar[str] = "demandes"

    organisme: CodeOrganisme


class Interlocuteur(Valeur):
    """L'adresse professionnelle à qui va la facture : la seule exception aux identifiants seuls."""

    nom: str = Field(description="La personne qui reçoit la facture.")
    courriel: str = Field(description="Son adresse professionnelle.")


class _Organisme(_EvenementDemandes):
    CLE: ClassVar[str] = "organisme"

    nom: str = Field(description="Le nom de l'organisme.")
    adresse: str = Field(default="", description="L'adresse de facturation.")
    interlocuteur: Interlocuteur | None = Field(
        default=None, description="À qui va la facture; absent : au signataire (DEM-8)."
    )
    assujetti_rcti: bool = Field(description="Soumis au règlement sur les contrats en TI.")
    taxable: bool = Field(default=False, description="Faux : exonéré de TPS et de TVQ (FAC-10).")


class OrganismeInscrit(_Organisme):
    """Un organisme public devient client (DEM-8)."""

    TYPE: ClassVar[str] = "organisme.inscrit"


class OrganismeModifie(_Organisme):
    """Le fichier client d'un organisme a changé; l'événement porte son nouvel état entier."""

    TYPE: ClassVar[str] = "organisme.modifié"


class LivraisonAttendue(Valeur):
    """Un article que la demande attend; sa livraison sera l'événement nommé (SLA-2)."""

    article_id: UUID = Field(description="L'article attendu.")
    evenement: str = Field(
        description="Le type de l'événement qui le livrera.", examples=["poste.livré"]
    )


class _EvenementDemande(_EvenementDemandes):
    CLE: ClassVar[str] = "demande_id"

    demande_id: UUID = Field(description="La demande.")


class DemandeCreee(_EvenementDemande):
    """Une demande est soumise; elle porte tout ce que la mesure doit en savoir (DEM-4)."""

    TYPE: ClassVar[str] = "demande.créée"

    numero: str = Field(description="Le numéro lisible.", examples=["D-2026-000123"])
    sorte: SorteDemande = Field(description="Ce qui est demandé (DEM-1).")
    approbation_requise: bool = Field(description="Vrai si un signataire doit approuver (DEM-3).")
    acquisition_multiple: bool = Field(description="Deux unités ou plus à acquérir (condition a).")
    configuration_normalisee: bool = Field(description="Faux : condition b.")
    logiciel_payant: bool = Field(
        description="Au moins un logiciel hors noyau, payant (condition c)."
    )
    gamme: Gamme | None = Field(default=None, description="Gamme du poste; absente : pas de poste.")
    livraisons_attendues: tuple[LivraisonAttendue, ...] = Field(
        description="Ce dont la livraison finit la demande; la dernière la complète (SLA-2)."
    )


class DemandeApprouvee(_EvenementDemande):
    """Un signataire autorisé à la date de l'acte a approuvé (DEM-3)."""

    TYPE: ClassVar[str] = "demande.approuvée"

    signataire_id: UUID = Field(description="Qui a signé.")
    au_nom_de_id: UUID | None = Field(
        default=None, description="Le signataire remplacé, s'il y a substitution."
    )


class DemandeRefusee(_EvenementDemande):
    """Une étape d'approbation a refusé la demande (DEM-3)."""

    TYPE: ClassVar[str] = "demande.refusée"

    signataire_id: UUID = Field(description="Qui a signé.")
    au_nom_de_id: UUID | None = Field(
        default=None, description="Le signataire remplacé, s'il y a substitution."
    )


class DemandePriseEnCharge(_EvenementDemande):
    """Le MCN prend la demande en charge (DEM-4)."""

    TYPE: ClassVar[str] = "demande.prise_en_charge"


class DemandeSuspendue(_EvenementDemande):
    """La demande attend le client (DEM-4); le motif libre reste dans demandes."""

    TYPE: ClassVar[str] = "demande.suspendue"


class DemandeReprise(_EvenementDemande):
    """La suspension est levée (DEM-4)."""

    TYPE: ClassVar[str] = "demande.reprise"


class DemandeRouverte(_EvenementDemande):
    """Une demande complétée reprend; les articles rouverts, et eux seuls, sont nommés (SLA-2)."""

    TYPE: ClassVar[str] = "demande.rouverte"

    livraisons_attendues: tuple[LivraisonAttendue, ...] = Field(
        description="Les articles rouverts : chacun se livre de nouveau (SLA-2)."
    )


class DemandeRedirigee(_EvenementDemande):
    """La demande va au développement de solutions; fin non mesurée (DEM-6)."""

    TYPE: ClassVar[str] = "demande.redirigée"


class DemandeAnnulee(_EvenementDemande):
    """La demande est annulée; elle n'est pas mesurée (SLA-2)."""

    TYPE: ClassVar[str] = "demande.annulée"


class DemandeCompletee(_EvenementDemande):
    """La demande est complétée (DEM-4).

    Quand elle attend des articles, c'est un fait dérivé de la dernière livraison : qui rejoue
    l'histoire lit les livraisons, et un `acte.rectifié` l'annule si l'histoire ne le dit plus.
    """

    TYPE: ClassVar[str] = "demande.complétée"


class _Livraison(_EvenementDemande):
    """La livraison d'un article, clé de la demande, actif créé (DEM-7)."""

    article_id: UUID = Field(description="L'article livré.")


class _LivraisonActif(_Livraison):
    actif_id: UUID = Field(
        description="L'actif livré; un article a toujours le même, livré une ou plusieurs fois."
    )
    produit: CodeProduit
    quantite: int = Field(default=1, ge=1, description="Le nombre d'unités livrées.")


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


class TravailEffectue(_EvenementDemande):
    """Du temps travaillé sur un aménagement, le jour de `time`; dû quoi qu'il arrive (FAC-4)."""

    TYPE: ClassVar[str] = "travail.effectué"

    article_id: UUID = Field(description="L'article où l'on a travaillé.")
    tarif: CodeTarif
    minutes: int = Field(ge=1, le=60_000, description="Le temps travaillé, en minutes.")


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


class _EvenementActif(_EvenementDemandes):
    CLE: ClassVar[str] = "actif_id"

    actif_id: UUID = Field(description="L'actif.")
    produit: CodeProduit
    fait_le: date = Field(description="La date de Québec du fait.")


class ActifDeplace(_EvenementActif):
    """Un actif change d'utilisateur ou de site (DEM-7)."""

    TYPE: ClassVar[str] = "actif.déplacé"

    utilisateur_id: str | None = Field(
        default=None, description="Le nouvel utilisateur; absent : le même."
    )
    site: str | None = Field(default=None, description="Le nouveau site; absent : le même.")


class ActifRecupere(_EvenementActif):
    """Un actif est récupéré; son abonnement finit ce jour-là, exclu (FAC-1)."""

    TYPE: ClassVar[str] = "actif.récupéré"


class ActifPerdu(_EvenementActif):
    """Perte, sinistre, vol ou vandalisme (FAC-2)."""

    TYPE: ClassVar[str] = "actif.perdu"

    nature: Literal["perte", "sinistre", "vol", "vandalisme"] = Field(
        description="Ce qui est arrivé à l'actif."
    )


class InterventionEffectuee(_EvenementDemandes):
    """Une intervention de soutien étendu; celle qui clôt l'incident le dit (FAC-4)."""

    TYPE: ClassVar[str] = "intervention.effectuée"
    CLE: ClassVar[str] = "incident_id"

    incident_id: UUID = Field(description="L'incident; ses interventions s'additionnent.")
    intervention_id: UUID = Field(description="L'intervention.")
    debut: AwareDatetime = Field(description="Quand elle a commencé.")
    minutes: int = Field(ge=0, le=60_000, description="Sa durée, en minutes, non arrondie.")
    deplacement: bool = Field(default=False, description="Vrai si quelqu'un s'est déplacé.")
    cloture: bool = Field(description="Vrai si cette intervention clôt l'incident.")


class AbonnementSouscrit(_EvenementDemandes):
    """Un abonnement sans actif commence (soutien étendu)."""

    TYPE: ClassVar[str] = "abonnement.souscrit"
    CLE: ClassVar[str] = "abonnement_id"

    abonnement_id: UUID = Field(description="L'abonnement.")
    tarif: CodeTarif
    quantite: int = Field(default=1, ge=1, description="Le nombre d'unités souscrites.")
    debut: date = Field(description="Premier jour facturé, date de Québec (FAC-1).")


class AbonnementResilie(_EvenementDemandes):
    """Un abonnement sans actif finit; `fin` est exclue."""

    TYPE: ClassVar[str] = "abonnement.résilié"
    CLE: ClassVar[str] = "abonnement_id"

    abonnement_id: UUID = Field(description="L'abonnement.")
    fin: date = Field(description="Premier jour non facturé, date de Québec (FAC-1).")


class ActeRectifie(_EvenementDemandes):
    """Un acte publié reçoit son heure juste, ou devient nul (DEM-13).

    `time` est l'instant de la rectification. La dernière d'un acte vaut; celle d'un acte que l'on
    ne connaît pas encore attend qu'il arrive. Le motif reste dans demandes.
    """

    TYPE: ClassVar[str] = "acte.rectifié"
    CLE: ClassVar[str] = "agregat_id"

    agregat_id: UUID = Field(description="La demande, l'actif ou l'incident : la clé de l'acte.")
    acte_id: UUID = Field(description="L'identifiant de l'événement qui a dit l'acte.")
    acte: str = Field(
        description="Le type de l'événement qui a dit l'acte.", examples=["poste.livré"]
    )
    survenu_le: AwareDatetime | None = Field(
        default=None, description="L'heure juste de l'acte; null : il est nul."
    )
    cause: Literal["rectification", "dérivé"] = Field(
        description="« dérivé » : l'histoire rectifiée ne dit plus cet événement, ou le date mieux."
    )


EVENEMENTS: tuple[type[Evenement], ...] = (
    OrganismeInscrit,
    OrganismeModifie,
    DemandeCreee,
    DemandeApprouvee,
    DemandeRefusee,
    DemandePriseEnCharge,
    DemandeSuspendue,
    DemandeReprise,
    DemandeRouverte,
    DemandeRedirigee,
    DemandeAnnulee,
    DemandeCompletee,
    *LIVRAISONS,
    TravailEffectue,
    ActifDeplace,
    ActifRecupere,
    ActifPerdu,
    InterventionEffectuee,
    AbonnementSouscrit,
    AbonnementResilie,
    ActeRectifie,
)
