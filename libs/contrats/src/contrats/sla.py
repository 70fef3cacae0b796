"""Les faits que publie sla : ce qui atteint un service mesuré, les taux fermés."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import (
    CodeIndicateur,
    CodeOrganisme,
    CodeOuvert,
    Evenement,
    Instant,
    Periode,
    Taux,
)


class IndisponibiliteConstatee(Evenement):
    """Un service n'a pas été rendu de `debut` à `fin`; redite, la dernière vaut (SLA-5)."""

    TYPE: ClassVar[str] = "indisponibilité.constatée"
    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "indisponibilite_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("indisponibilite",)
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"service": "service"})

    indisponibilite_id: UUID = Field(description="L'indisponibilité.")
    service: CodeOuvert = Field(description="Le service atteint.", examples=["messagerie"])
    nature: CodeOuvert = Field(
        description="« panne », « degradation » ou « maintenance » (SLA-5).", examples=["panne"]
    )
    portee: CodeOuvert = Field(
        description="« tous », « organismes » ou « sites ».", examples=["organismes"]
    )
    organismes: tuple[CodeOrganisme, ...] = Field(
        default=(), description="Les organismes atteints; vide : tous."
    )
    sites: tuple[str, ...] = Field(default=(), description="Les sites atteints; vide : tous.")
    debut: Instant = Field(description="Quand elle a commencé.")
    fin: Instant | None = Field(default=None, description="Exclue; absente : elle dure.")
    annulee: bool = Field(default=False, description="Vrai : elle n'a jamais eu lieu.")


class TauxFerme(Evenement):
    """Le taux d'un indicateur, d'un mois qu'on vient de fermer : il ne change plus (SLA-7)."""

    TYPE: ClassVar[str] = "taux.fermé"
    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "periode"
    AGREGATS: ClassVar[tuple[str, ...]] = ("periode",)

    periode: Periode
    exercice: str = Field(description="L'exercice du mois.", examples=["2026-2027"])
    indicateur: CodeIndicateur = Field(description="L'indicateur mesuré.")
    organisme: CodeOrganisme | None = Field(
        default=None, description="L'organisme; absent : tous ensemble."
    )
    unite: CodeOuvert = Field(
        default="mesures",
        description="« mesures », ou « minutes » : les nombres sont alors des secondes de service.",
        examples=["mesures"],
    )
    cible: Taux | None = Field(default=None, description="La part promise; absente : sans cible.")
    mesurees: int = Field(ge=0, description="Les mesures finies ce mois-là.")
    conformes: int = Field(ge=0, description="De celles-là, celles qui ont tenu.")
    mesurees_ajuste: int = Field(ge=0, description="Les mesurées que rien n'exclut.")
    conformes_ajuste: int = Field(ge=0, description="De celles-là, celles qui ont tenu.")
    manquants: tuple[str, ...] = Field(
        default=(), description="Les producteurs dont on n'avait pas tout reçu; vide : aucun."
    )
    empreinte: str = Field(description="L'empreinte des mesures qui font ce taux.")


EVENEMENTS: tuple[type[Evenement], ...] = (IndisponibiliteConstatee, TauxFerme)
