"""Ce que les aires partagent : les métadonnées des tables, les types de colonnes, qui lit."""

from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, Field, TypeAdapter
from sqlalchemy import DateTime, Dialect, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from contrats.base import CodeTarif
from noyau import Mois, Montant

T = TypeVar("T")

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)

MCN: Final = ("facturation", "admin")
LECTEURS: Final = ("signataire", "gestionnaire", "portail", "integration", "agent-csc", *MCN)
"""Qui lit ce qui se facture : un organisme, ce qui le concerne; le MCN, tout."""

TarifConnu = Annotated[
    CodeTarif | None,
    BeforeValidator(lambda code: code or None),
    Field(description="Absent tant qu'on ne sait pas quel tarif est dû."),
]


class Converti(TypeDecorator[Any]):
    """Une colonne qui rend une valeur du domaine : `ecrire` la garde, `lire` la refait."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def __init__(
        self, garde: TypeEngine[Any], ecrire: Callable[[Any], Any], lire: Callable[[Any], Any]
    ) -> None:
        super().__init__()
        self.impl = self.garde = garde
        self.ecrire, self.lire = ecrire, lire

    def process_bind_param(self, value: object, _dialect: Dialect) -> object:
        return None if value is None else self.ecrire(value)

    def process_result_value(self, value: object, _dialect: Dialect) -> object:
        return None if value is None else self.lire(value)


def choix(classe: type[StrEnum]) -> Converti:
    """Un texte en base, un membre de l'énumération en Python."""
    return Converti(Text(), str, classe)


def en_json(forme: Any) -> Converti:  # noqa: ANN401 -- un type, quel qu'il soit
    """Des valeurs du domaine, gardées en JSON; relues, elles se vérifient."""
    adaptateur: TypeAdapter[Any] = TypeAdapter(forme)
    ecrire = partial(adaptateur.dump_python, mode="json")
    return Converti(JSONB(), ecrire, adaptateur.validate_python)


MOIS = Converti(Text(), str, Mois.lire)
TAUX = Numeric(9, 6)
MONTANT = Converti(Numeric(14, 2), lambda montant: montant.decimal, Montant.de)


async def chacun(choses: Iterable[T], faire: Callable[[T], Awaitable[None]]) -> int:
    """Fait chaque chose, même si l'une échoue; lève ensuite les échecs, pour que l'on y revienne.

    Rend le nombre de choses faites.
    """
    echecs: list[Exception] = []
    faites = 0
    for chose in choses:
        try:
            await faire(chose)
            faites += 1
        except Exception as erreur:  # noqa: BLE001 -- relevée plus bas
            echecs.append(erreur)
    if echecs:
        raise ExceptionGroup("Des organismes restent à traiter.", echecs)
    return faites
