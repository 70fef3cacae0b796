"""Les faits que publie le Courtier en infonuagique."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import (
    CodeOrganisme,
    CodeOuvert,
    Dollars,
    Evenement,
    Imputation,
    Instant,
    Jour,
    Taux,
    Valeur,
)


class _EvenementCourtier(Evenement):
    PRODUCTEUR: ClassVar[str] = "courtier"


class OffrePubliee(_EvenementCourtier):
    """Une version d'une offre infonuagique est publiée au Catalogue (CI-11, CI-12)."""

    TYPE: ClassVar[str] = "offre.publiée"
    CLE: ClassVar[str] = "offre_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("offre",)

    offre_id: UUID = Field(description="L'offre.")
    fournisseur_id: UUID = Field(description="Qui l'offre.")
    entente_id: UUID = Field(description="L'entente-cadre dont elle relève.")
    version: int = Field(description="Le rang de la version de l'offre.")
    titre: str = Field(description="Le titre de l'offre.")
    categorie: str = Field(description="La catégorie du Catalogue infonuagique.")
    qualifiee: bool = Field(description="Faux : encore en analyse, ne se contracte pas.")
    retrait_le: Jour | None = Field(
        default=None, description="Du jour dit, elle n'entre plus dans un contrat; absent : aucun."
    )


class Indexation(Valeur):
    """La hausse annoncée d'un prix pendant le contrat (CI-14)."""

    taux: Taux = Field(description="La part ajoutée chaque fois : 0.03.")
    tous_les_mois: int = Field(ge=1, description="Le nombre de mois entre deux hausses.")


class Modalites(Valeur):
    """Comment le fournisseur se fait payer (CI-14)."""

    paiement: CodeOuvert = Field(
        description="« a_la_signature », « a_l_usage », « par_periode ».", examples=["a_l_usage"]
    )
    baisse_permise: bool = Field(description="Vrai : les quantités peuvent baisser en cours.")
    indexation: Indexation | None = Field(default=None, description="Absente : prix fermes.")


class Composante(Valeur):
    """Une part du prix d'une offre : la base, ou ce qui s'y ajoute (CI-14)."""

    code: CodeOuvert = Field(description="« base », ou ce qui s'ajoute.", examples=["base"])
    libelle: str = Field(description="Ce qu'elle paie.")
    unite: CodeOuvert = Field(description="Ce dont on paie le nombre.", examples=["utilisateur"])
    periodicite: CodeOuvert = Field(
        description="« mois », « annee », ou « unique » (une fois au contrat).", examples=["mois"]
    )
    prix: Dollars = Field(description="Le prix d'une unité pour une période, en dollars.")


class PrixPublie(_EvenementCourtier):
    """Le prix d'une offre, en vigueur le premier jour ouvrable d'un mois (CI-12, CI-14)."""

    TYPE: ClassVar[str] = "prix.publié"
    CLE: ClassVar[str] = "offre_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("offre",)

    offre_id: UUID = Field(description="L'offre.")
    version: int = Field(description="Le rang du prix pour cette offre.")
    en_vigueur_le: Jour = Field(description="Premier jour ouvrable d'un mois.")
    composantes: tuple[Composante, ...] = Field(description="La base, puis ce qui s'y ajoute.")
    modalites: Modalites = Field(description="Comment il se paie.")


class QuantitePeriode(Valeur):
    """Combien d'unités, d'un mois du contrat à un autre (CI-14)."""

    du_mois: int = Field(ge=1, le=36, description="Le premier mois du contrat, de 1 à 36.")
    au_mois: int = Field(ge=1, le=36, description="Le dernier mois, compris.")
    quantite: int = Field(ge=0, description="Le nombre d'unités.")


class ComposanteContrat(Composante):
    """Une composante retenue, son prix figé et ses quantités."""

    quantites: tuple[QuantitePeriode, ...] = Field(
        description="Par période, sans trou ni chevauchement; d'une « unique », une seule."
    )


class ElementContrat(Valeur):
    """Une offre du contrat, avec le prix figé et sa version (CI-14)."""

    offre_id: UUID = Field(description="L'offre retenue.")
    version_offre: int = Field(description="Le rang de la version de l'offre.")
    version_prix: int = Field(description="Le rang du prix figé.")
    composantes: tuple[ComposanteContrat, ...] = Field(description="Ce que l'on en paie.")
    modalites: Modalites = Field(description="Comment il se paie.")


class ContratSigne(_EvenementCourtier):
    """Le contrat spécifique est signé par les deux parties (CI-16, CI-20)."""

    TYPE: ClassVar[str] = "contrat.signé"
    CLE: ClassVar[str] = "contrat_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("contrat",)
    SOURCE: ClassVar[str | None] = "contrat_id"
    TARIFE: ClassVar[bool] = True
    EFFET: ClassVar[str | None] = "signe_fournisseur_le"
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"contrat": "contrat_id"})
    SUITE_DE: ClassVar[Mapping[str, str]] = MappingProxyType({"dossier": "dossier_id"})

    contrat_id: UUID = Field(description="Le contrat spécifique.")
    dossier_id: UUID | None = Field(
        default=None, description="Le dossier d'acquisition dont il naît; absent : aucun."
    )
    organisme: CodeOrganisme
    imputation: Imputation | None = None
    fournisseur_id: UUID = Field(description="L'autre partie.")
    debut: Jour = Field(description="Premier jour du contrat, date de Québec.")
    duree_mois: int = Field(ge=1, le=36, description="La durée, en mois (CI-17).")
    montant: Dollars = Field(description="Valeur totale du contrat, en dollars.")
    signe_client_le: Instant = Field(description="Quand l'organisme a signé.")
    signe_fournisseur_le: Instant = Field(
        description="Quand le fournisseur a signé, après le client : le contrat naît (CI-16)."
    )
    elements: tuple[ElementContrat, ...] = Field(description="Les offres d'un même fournisseur.")


class _EvenementDossier(_EvenementCourtier):
    CLE: ClassVar[str] = "dossier_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("dossier",)
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"dossier": "dossier_id"})

    dossier_id: UUID = Field(description="Le dossier d'acquisition.")
    organisme: CodeOrganisme


class RencontreDemandee(_EvenementDossier):
    """L'organisme prend contact pour la rencontre de démarrage (CI-16, IC-1)."""

    TYPE: ClassVar[str] = "rencontre.demandée"


class RencontreTenue(_EvenementDossier):
    """La rencontre de démarrage est tenue (CI-16)."""

    TYPE: ClassVar[str] = "rencontre.tenue"


class DossierClos(_EvenementDossier):
    """Un dossier d'acquisition finit, en contrat ou autrement (CI-10)."""

    TYPE: ClassVar[str] = "dossier.clos"

    issue: CodeOuvert = Field(
        description="« contrat_conclu », « sans_suite » ou « autre_vehicule ».",
        examples=["contrat_conclu"],
    )
    contrat_id: UUID | None = Field(default=None, description="Le contrat conclu; absent : aucun.")


class DossierAvise(_EvenementDossier):
    """Une offre que cite un dossier en cours a changé (CI-12)."""

    TYPE: ClassVar[str] = "dossier.avisé"

    offre_id: UUID = Field(description="L'offre changée.")
    nature: CodeOuvert = Field(
        description="Ce qui change : « offre » ou « prix ».", examples=["prix"]
    )
    version: int = Field(description="Le rang de la version parue.")


class _EvenementContrat(_EvenementCourtier):
    CLE: ClassVar[str] = "contrat_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("contrat",)

    contrat_id: UUID = Field(description="Le contrat spécifique.")
    dossier_id: UUID | None = Field(
        default=None, description="Le dossier d'acquisition dont il naît; absent : aucun."
    )
    organisme: CodeOrganisme


class AvenantSigne(_EvenementContrat):
    """Un avenant du contrat est signé par les deux parties (CI-17)."""

    TYPE: ClassVar[str] = "avenant.signé"
    EFFET: ClassVar[str | None] = "signe_fournisseur_le"
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"contrat": "avenant_id"})

    avenant_id: UUID = Field(description="L'avenant, mesuré comme un contrat (IC-2).")
    montant: Dollars = Field(description="Ce que l'avenant ajoute au contrat, en dollars.")
    signe_client_le: Instant = Field(description="Quand l'organisme a signé.")
    signe_fournisseur_le: Instant = Field(description="Quand le fournisseur a signé.")


class ContratRefuse(_EvenementContrat):
    """Le fournisseur refuse de signer : le contrat ne se conclura pas (CI-10)."""

    TYPE: ClassVar[str] = "contrat.refusé"


class ContratResilie(_EvenementContrat):
    """Le contrat est résilié à une date d'effet, qui est désormais sa fin (CI-17)."""

    TYPE: ClassVar[str] = "contrat.résilié"
    EFFET: ClassVar[str | None] = "effet"

    effet: Jour = Field(description="Le premier jour qui n'est plus du contrat, date de Québec.")
    lettre: str = Field(
        description="SHA-256 (hexadécimal) de la lettre, transmise au Courtier du même coup.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


class ContratEchu(_EvenementContrat):
    """La fin d'un contrat conclu, non résilié, est venue (CI-10).

    Redit d'une autre fin seulement, si un avenant consigné tard l'a reportée.
    """

    TYPE: ClassVar[str] = "contrat.échu"
    EFFET: ClassVar[str | None] = "fin"

    fin: Jour = Field(description="Le premier jour qui n'est plus du contrat, date de Québec.")


class EvaluationProduite(_EvenementContrat):
    """Un fournisseur est évalué : l'organisme a répondu, le dirigeant a décidé, ou s'est tu."""

    TYPE: ClassVar[str] = "évaluation.produite"

    evaluation_id: UUID = Field(description="L'évaluation.")
    fournisseur_id: UUID = Field(description="Qui est évalué.")
    nature: CodeOuvert = Field(
        description="« annuelle », ou « fin » (du contrat).", examples=["annuelle"]
    )
    rendement: CodeOuvert | None = Field(
        default=None,
        description="De fin : « satisfaisant » ou « insatisfaisant »; absent : annuelle.",
    )
    par_silence: bool = Field(
        default=False, description="De fin : le dirigeant n'a rien décidé à temps."
    )


class _Consommation(_EvenementContrat):
    montant: Dollars = Field(description="Le montant courant du contrat, avant taxes.")
    consomme: Dollars = Field(
        description="Ce qui est commandé, et facturé sans commande, avant taxes."
    )


class ConsommationARisque(_Consommation):
    """La consommation d'un contrat atteint une part de son montant (CI-19)."""

    TYPE: ClassVar[str] = "consommation.à_risque"

    seuil: Taux = Field(description="La part atteinte : 0.75.")


class ConsommationDepassee(_Consommation):
    """Ce qui est facturé dépasse le montant du contrat : un avenant est à faire (CI-19)."""

    TYPE: ClassVar[str] = "consommation.dépassée"


class ObligationRappelee(_EvenementCourtier):
    """Un jour de rappel est venu, et ce qui est dû n'est pas encore rempli (CI-16 à CI-24)."""

    TYPE: ClassVar[str] = "obligation.rappelée"
    CLE: ClassVar[str] = "obligation_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("obligation",)

    obligation_id: UUID = Field(description="L'obligation.")
    organisme: CodeOrganisme
    nature: CodeOuvert = Field(description="Ce qui est dû.", examples=["copie"])
    objet_id: UUID = Field(description="Ce dont c'est dû : un contrat, un avenant…")
    contrat_id: UUID | None = Field(default=None, description="Le contrat; absent : aucun.")
    dossier_id: UUID | None = Field(
        default=None, description="Le dossier d'acquisition; absent : aucun."
    )
    due_le: Jour = Field(description="Le dernier jour, compris, date de Québec.")
    en_retard: bool = Field(description="Vrai : ce jour est passé.")


class CopieTransmise(_EvenementContrat):
    """Une copie du contrat, ou d'un avenant, parvient au Courtier (CI-16, IC-2)."""

    TYPE: ClassVar[str] = "copie.transmise"
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"contrat": "document_id"})

    document_id: UUID = Field(description="Le contrat ou l'avenant dont voici la copie.")


EVENEMENTS: tuple[type[Evenement], ...] = (
    OffrePubliee,
    PrixPublie,
    ContratSigne,
    RencontreDemandee,
    RencontreTenue,
    DossierClos,
    DossierAvise,
    AvenantSigne,
    CopieTransmise,
    ContratRefuse,
    ContratResilie,
    ContratEchu,
    EvaluationProduite,
    ConsommationARisque,
    ConsommationDepassee,
    ObligationRappelee,
)
