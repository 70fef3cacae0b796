"""Les faits que publie sla : ce qui atteint un service mesuré."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeOuvert, Evenement, Instant


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


EVENEMENTS: tuple[type[Evenement], ...] = (IndisponibiliteConstatee,)
