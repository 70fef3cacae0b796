"""Les faits que publie le Courtier en infonuagique."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import AwareDatetime, CodeOrganisme, Dollars, Evenement, Valeur, date


class _EvenementCourtier(Evenement):
    PRODUCTEUR: ClassVar[str] = "courtier"


class OffrePubliee(_EvenementCourtier):
    """Une version d'une offre infonuagique est publiée au Catalogue (CI-11, CI-12)."""

    TYPE: ClassVar[str] = "offre.publiée"
    CLE: ClassVar[str] = "offre_id"

    offre_id: UUID = Field(description="L'offre.")
    fournisseur_id: UUID = Field(description="Qui l'offre.")
    entente_id: UUID = Field(description="L'entente-cadre dont elle relève.")
    version: int = Field(description="Le rang de la version de l'offre.")
    titre: str = Field(description="Le titre de l'offre.")
    categorie: str = Field(description="La catégorie du Catalogue infonuagique.")
    qualifiee: bool = Field(description="Faux : encore en analyse, ne se contracte pas.")


class PrixPublie(_EvenementCourtier):
    """Le prix d'une offre, en vigueur le premier jour ouvrable d'un mois (CI-12)."""

    TYPE: ClassVar[str] = "prix.publié"
    CLE: ClassVar[str] = "offre_id"

    offre_id: UUID = Field(description="L'offre.")
    version: int = Field(description="Le rang du prix pour cette offre.")
    en_vigueur_le: date = Field(description="Premier jour ouvrable d'un mois.")
    prix: Dollars = Field(description="Prix mensuel d'une unité, en dollars.")


class ElementContrat(Valeur):
    """Une offre du contrat, avec le prix figé et sa version."""

    offre_id: UUID = Field(description="L'offre retenue.")
    quantite: int = Field(ge=1, description="Le nombre d'unités.")
    prix: Dollars = Field(description="Le prix mensuel d'une unité, figé, en dollars.")
    version_prix: int = Field(description="Le rang du prix figé.")


class ContratSigne(_EvenementCourtier):
    """Le contrat spécifique est signé par les deux parties (CI-16, CI-20)."""

    TYPE: ClassVar[str] = "contrat.signé"
    CLE: ClassVar[str] = "contrat_id"
    SOURCE: ClassVar[str | None] = "contrat_id"
    TARIFE: ClassVar[bool] = True
    EFFET: ClassVar[str | None] = "signe_fournisseur_le"
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"contrat": "contrat_id"})

    contrat_id: UUID = Field(description="Le contrat spécifique.")
    organisme: CodeOrganisme
    fournisseur_id: UUID = Field(description="L'autre partie.")
    debut: date = Field(description="Premier jour du contrat, date de Québec.")
    duree_mois: int = Field(ge=1, le=36, description="La durée, en mois (CI-17).")
    montant: Dollars = Field(description="Valeur totale du contrat, en dollars.")
    signe_client_le: AwareDatetime = Field(description="Quand l'organisme a signé.")
    signe_fournisseur_le: AwareDatetime = Field(
        description="Quand le fournisseur a signé, après le client : le contrat naît (CI-16)."
    )
    elements: tuple[ElementContrat, ...] = Field(description="Les offres d'un même fournisseur.")


class _EvenementContrat(_EvenementCourtier):
    CLE: ClassVar[str] = "contrat_id"
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"contrat": "contrat_id"})

    contrat_id: UUID = Field(description="Le contrat spécifique, dès qu'il se prépare.")
    organisme: CodeOrganisme


class RencontreDemandee(_EvenementContrat):
    """L'organisme prend contact pour la rencontre de démarrage (CI-16, IC-1)."""

    TYPE: ClassVar[str] = "rencontre.demandée"


class RencontreTenue(_EvenementContrat):
    """La rencontre de démarrage est tenue (CI-16)."""

    TYPE: ClassVar[str] = "rencontre.tenue"


class AvenantSigne(_EvenementContrat):
    """Un avenant du contrat est signé par les deux parties (CI-17)."""

    TYPE: ClassVar[str] = "avenant.signé"
    EFFET: ClassVar[str | None] = "signe_fournisseur_le"
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"contrat": "avenant_id"})

    avenant_id: UUID = Field(description="L'avenant, mesuré comme un contrat (IC-2).")
    montant: Dollars = Field(description="Ce que l'avenant ajoute au contrat, en dollars.")
    signe_client_le: AwareDatetime = Field(description="Quand l'organisme a signé.")
    signe_fournisseur_le: AwareDatetime = Field(description="Quand le fournisseur a signé.")


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
    AvenantSigne,
    CopieTransmise,
)
