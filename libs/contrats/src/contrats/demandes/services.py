"""Ce qui se rend, se souscrit et se consomme sans actif (CAT-9)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOuvert, CodeTarif, Imputation, Instant, Jour, Nombre
from contrats.demandes.commun import EvenementDemandes


class PrestationEffectuee(EvenementDemandes):
    """Un service rendu à l'acte : entretien, évaluation, formation, enregistrement… (CAT-9)."""

    TYPE: ClassVar[str] = "prestation.effectuée"
    CLE: ClassVar[str] = "prestation_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("prestation",)
    SOURCE: ClassVar[str | None] = "prestation_id"
    TARIFE: ClassVar[bool] = True
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"demande": "demande_id"})

    prestation_id: UUID = Field(description="La prestation.")
    prestation: CodeOuvert = Field(description="Ce qui a été rendu.", examples=["entretien"])
    demande_id: UUID | None = Field(default=None, description="La demande qui l'a voulue.")
    minutes: int = Field(default=0, ge=0, le=60_000, description="Sa durée, en minutes.")
    quantite: int = Field(default=1, ge=1, description="Le nombre d'unités rendues.")


class UsageConstate(EvenementDemandes):
    """Ce qu'un organisme a consommé d'un service tarifé à l'usage."""

    TYPE: ClassVar[str] = "usage.constaté"
    CLE: ClassVar[str] = "usage_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("usage",)
    SOURCE: ClassVar[str | None] = "usage_id"
    TARIFE: ClassVar[bool] = True
    UNIQUE: ClassVar[bool] = True

    usage_id: UUID = Field(description="Le constat.")
    usage: CodeOuvert = Field(description="Ce qui est consommé.", examples=["stockage"])
    unite: CodeOuvert = Field(description="L'unité de la quantité.", examples=["gigaoctet"])
    quantite: Nombre = Field(description="Combien d'unités, en chaîne décimale.", examples=["12.5"])
    imputation: Imputation | None = None


class InterventionEffectuee(EvenementDemandes):
    """Une intervention de soutien étendu; celle qui clôt l'incident le dit (FAC-4)."""

    TYPE: ClassVar[str] = "intervention.effectuée"
    CLE: ClassVar[str] = "incident_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("incident",)
    SOURCE: ClassVar[str | None] = "incident_id"
    TARIFE: ClassVar[bool] = True

    incident_id: UUID = Field(description="L'incident; ses interventions s'additionnent.")
    intervention_id: UUID = Field(description="L'intervention.")
    debut: Instant = Field(description="Quand elle a commencé.")
    minutes: int = Field(ge=0, le=60_000, description="Sa durée, en minutes, non arrondie.")
    deplacement: bool = Field(default=False, description="Vrai si quelqu'un s'est déplacé.")
    cloture: bool = Field(description="Vrai si cette intervention clôt l'incident.")


class AbonnementSouscrit(EvenementDemandes):
    """Un abonnement sans actif commence : à un service, ou à l'un de ses tarifs."""

    TYPE: ClassVar[str] = "abonnement.souscrit"
    CLE: ClassVar[str] = "abonnement_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("abonnement",)
    SOURCE: ClassVar[str | None] = "abonnement_id"
    TARIFE: ClassVar[bool] = True
    EFFET: ClassVar[str | None] = "debut"
    FINI_PAR: ClassVar[tuple[str, ...]] = ("abonnement.résilié",)

    abonnement_id: UUID = Field(description="L'abonnement.")
    service: CodeOuvert = Field(description="Le service souscrit.", examples=["soutien_etendu"])
    tarif: CodeTarif | None = Field(
        default=None, description="Le tarif choisi, si le service en offre plusieurs."
    )
    quantite: int = Field(default=1, ge=1, description="Le nombre d'unités souscrites.")
    demande_id: UUID | None = Field(default=None, description="La demande qui l'a ouvert.")
    site: str | None = Field(default=None, description="Où il se rend; absent : pas dit.")
    debut: Jour = Field(description="Premier jour facturé, date de Québec (FAC-1).")
    imputation: Imputation | None = None


class AbonnementResilie(EvenementDemandes):
    """Un abonnement sans actif finit; `fin` est exclue."""

    TYPE: ClassVar[str] = "abonnement.résilié"
    CLE: ClassVar[str] = "abonnement_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("abonnement",)
    SOURCE: ClassVar[str | None] = "abonnement_id"
    EFFET: ClassVar[str | None] = "fin"

    abonnement_id: UUID = Field(description="L'abonnement.")
    fin: Jour = Field(description="Premier jour non facturé, date de Québec (FAC-1).")
