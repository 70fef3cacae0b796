"""Les faits nommés d'un événement : ceux de ses champs qu'une fiche peut citer (CAT-9)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime

from contrats.base import Evenement
from contrats.registre import EVENEMENTS


class NatureFait(StrEnum):
    """Ce qu'un fait nommé dit."""

    TEXTE = "texte"
    IDENTIFIANT = "identifiant"
    NOMBRE = "nombre"
    BOOLEEN = "booleen"
    DATE = "date"


_NATURES: Mapping[type, NatureFait] = MappingProxyType(
    {
        bool: NatureFait.BOOLEEN,
        str: NatureFait.TEXTE,
        UUID: NatureFait.IDENTIFIANT,
        int: NatureFait.NOMBRE,
        Decimal: NatureFait.NOMBRE,
        date: NatureFait.DATE,
        AwareDatetime: NatureFait.DATE,
    }
)

PAR_TYPE: Mapping[str, type[Evenement]] = MappingProxyType(
    {classe.TYPE: classe for _, classe in sorted(EVENEMENTS.items(), key=lambda e: e[0][1])}
)
"""La dernière version de chaque type d'événement."""


@cache
def faits_nommes(classe: type[Evenement]) -> Mapping[str, NatureFait]:
    """Les champs simples de l'événement, et ce que chacun dit; les listes n'en sont pas."""
    natures = {nom: _nature(champ.annotation) for nom, champ in classe.model_fields.items()}
    return MappingProxyType({nom: n for nom, n in natures.items() if n is not None})


def lire_faits(evenement: Evenement) -> Mapping[str, Any]:
    """Les faits nommés de l'événement, en valeurs JSON; un décimal ou une date, en chaîne."""
    return evenement.model_dump(mode="json", include=_noms(type(evenement)))


@cache
def _noms(classe: type[Evenement]) -> set[str]:
    return set(faits_nommes(classe))


def _nature(annotation: object) -> NatureFait | None:
    """La nature d'un type simple, ou du seul type simple d'un champ facultatif."""
    membres = set(get_args(annotation)) - {NoneType} or {annotation}
    simples = {get_args(m)[0] if get_origin(m) is Annotated else m for m in membres}
    natures = {_NATURES.get(s) if isinstance(s, type) else None for s in simples}
    return natures.pop() if len(natures) == 1 else None
