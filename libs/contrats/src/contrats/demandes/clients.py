"""Les organismes (DEM-8)."""

from typing import ClassVar

from pydantic import Field

from contrats.base import Valeur
from contrats.demandes.commun import EvenementDemandes


class Interlocuteur(Valeur):
    """L'adresse professionnelle à qui va la facture : la seule exception aux identifiants seuls."""

    nom: str = Field(description="La personne qui reçoit la facture.")
    courriel: str = Field(description="Son adresse professionnelle.")


class _Organisme(EvenementDemandes):
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
