"""Les organismes, leurs mandats et leurs substitutions (DEM-3, DEM-8)."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOuvert, Dollars, Instant, Jour, Valeur
from contrats.demandes.commun import EvenementDemandes

Neq = Annotated[str, Field(pattern=r"^[0-9]{10}$", examples=["8831234567"])]
"""Un numéro d'entreprise du Québec."""


class Destinataire(Valeur):
    """L'adresse professionnelle à qui va la facture : la seule exception aux identifiants seuls."""

    nom: str = Field(description="La personne qui reçoit la facture.")
    courriel: str | None = Field(
        default=None, description="Son adresse professionnelle; absente : pas dite."
    )


class ProfilTaxes(Valeur):
    """Si l'organisme paie la TPS et la TVQ, à partir d'un jour (FAC-15)."""

    debut: Jour = Field(description="Le premier jour où le profil vaut, date de Québec.")
    taxable: bool = Field(description="Faux : exonéré de TPS et de TVQ (FAC-10).")


class Inactivite(Valeur):
    """Un temps où l'organisme n'est plus client : rien de nouveau ne s'y fait (DEM-14)."""

    debut: Instant = Field(description="Quand il a cessé de l'être.")
    fin: Instant | None = Field(default=None, description="Exclue; absente : il dure.")


class _Organisme(EvenementDemandes):
    CLE: ClassVar[str] = "organisme"
    AGREGATS: ClassVar[tuple[str, ...]] = ("organisme",)

    nom: str = Field(description="Le nom de l'organisme.")
    neq: Neq | None = Field(
        default=None,
        description="Son numéro d'entreprise du Québec (CI-18, CI-25); absent : pas dit.",
    )
    adresse: str = Field(default="", description="L'adresse de facturation.")
    destinataire: Destinataire | None = Field(
        default=None,
        description="À qui va la facture : l'interlocuteur, sinon le signataire du plus ancien"
        " mandat ouvert; absent : ni l'un ni l'autre (DEM-8, FAC-15).",
    )
    inactivites: tuple[Inactivite, ...] = Field(
        default=(), description="Quand il n'a pas été client (DEM-14); vide : toujours client."
    )
    assujetti_rcti: bool = Field(description="Soumis au règlement sur les contrats en TI.")
    profils_taxes: tuple[ProfilTaxes, ...] = Field(
        default=(),
        description="Ses profils de taxes, par début; avant le premier, exonéré (FAC-15).",
    )


class OrganismeInscrit(_Organisme):
    """Un organisme public devient client (DEM-8)."""

    TYPE: ClassVar[str] = "organisme.inscrit"


class OrganismeModifie(_Organisme):
    """Le fichier client d'un organisme a changé; l'événement porte son nouvel état entier."""

    TYPE: ClassVar[str] = "organisme.modifié"


class _EvenementMandat(EvenementDemandes):
    CLE: ClassVar[str] = "mandat_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("mandat",)

    mandat_id: UUID = Field(description="Le mandat.")


class SignataireInscrit(_EvenementMandat):
    """Une personne reçoit mandat de signer, sur `[debut, fin)` (DEM-3, DEM-8)."""

    TYPE: ClassVar[str] = "signataire.inscrit"

    sujet: str = Field(
        min_length=1, max_length=200, description="Le sujet opaque du jeton de la personne."
    )
    familles: tuple[CodeOuvert, ...] = Field(
        description="Ce que le mandat permet de signer.",
        examples=[["demandes_de_service", "contrat_specifique"]],
    )
    plafond: Dollars | None = Field(
        default=None, description="Au-delà, il ne signe pas, en dollars; absent : sans plafond."
    )
    debut: Jour = Field(description="Le premier jour du mandat, date de Québec.")
    fin: Jour | None = Field(default=None, description="Exclue; absente : sans terme.")


class SignataireRetire(_EvenementMandat):
    """Un mandat reçoit sa fin; la dernière dite vaut (DEM-3)."""

    TYPE: ClassVar[str] = "signataire.retiré"

    fin: Jour = Field(description="Le premier jour sans mandat, date de Québec.")


class SubstitutionInscrite(_EvenementMandat):
    """Une personne signe au nom du mandat, sur `[debut, fin)` (DEM-3)."""

    TYPE: ClassVar[str] = "substitution.inscrite"

    substitution_id: UUID = Field(description="La substitution.")
    sujet: str = Field(
        min_length=1, max_length=200, description="Le sujet opaque du jeton de la personne."
    )
    debut: Jour = Field(description="Le premier jour, date de Québec.")
    fin: Jour = Field(description="Exclue.")
