"""Ce que les aires partagent : les métadonnées des tables, les types de colonnes, qui lit."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib.resources import files
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, Field, TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    Numeric,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from contrats.base import CodeTarif
from noyau import Mois, Montant
from socle.bd.base import Xid8
from socle.bd.pannes import a_depasse_le_delai, est_panne

T = TypeVar("T")

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)

MCN: Final = ("facturation", "admin")
LECTEURS: Final = ("signataire", "gestionnaire", "portail", "integration", "agent-csc", *MCN)
"""Qui lit ce qui se facture : un organisme, ce qui le concerne; le MCN, tout."""

DATEE: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "Le jour ou la période que l'on demande n'est pas encore."}
}
"""Les `responses` d'une lecture datée, que son jour peut faire refuser."""
ESSAIS: Final = 3
"""Fois qu'un calcul peut dépasser le délai d'une transaction avant d'être mis de côté."""
_CITES: Final = 3

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


def appris() -> Column[int]:
    """La colonne d'une table que lit un calcul : la transaction qui en a appris la ligne (FAC-7).

    Absente : apprise avant que la colonne n'existe, donc connue à tout horizon.
    """
    return Column("appris", Xid8, server_default=text("pg_current_xact_id()"))


def connu(appris: ColumnElement[int]) -> ColumnElement[bool]:
    """Vrai de ce qui était appris à l'horizon où lit la transaction; sans horizon, de tout."""
    return func.connu(appris, type_=Boolean)


MOIS = Converti(Text(), str, Mois.lire)
TAUX = Numeric(9, 6)
MONTANT = Converti(Numeric(14, 2), lambda montant: montant.decimal, Montant.de)


def lire_donnees(nom: str) -> dict[str, Any]:
    """Ce que dit un fichier de `donnees`, livré avec le service."""
    texte = files("facturation").joinpath("donnees", nom).read_text(encoding="utf-8")
    return tomllib.loads(texte)


@dataclass(frozen=True, slots=True)
class Echec:
    """Ce qui a fait échouer le calcul d'un organisme, et pour la combientième fois.

    `definitif` : on n'y revient plus de soi-même, l'organisme est mis de côté.
    """

    raison: str
    essais: int
    definitif: bool


def echec_de(erreur: Exception, deja: int) -> Echec | None:
    """L'échec que dit cette erreur, après d'autres; rien d'une panne, qui se retentera.

    Un délai dépassé tient peut-être à la charge du moment : `ESSAIS` fois de suite, c'est que le
    calcul est trop long. Toute autre erreur se répéterait.
    """
    if a_depasse_le_delai(erreur):
        raison = "Le calcul dépasse le délai d'une transaction (SBG_BASE__DELAIS__TRANSACTION)."
        return Echec(raison, deja + 1, definitif=deja + 1 >= ESSAIS)
    if est_panne(erreur):
        return None
    raison = f"Le calcul a échoué ({type(erreur).__name__}); voyez les journaux."
    return Echec(raison, deja + 1, definitif=True)


def mis_de_cote(cas: Sequence[str]) -> str | None:
    """Ce que la santé dit de calculs mis de côté, chacun avec sa raison; rien s'il n'y en a pas."""
    if not cas:
        return None
    reste = len(cas) - _CITES
    return " ".join(cas[:_CITES]) + (f" Et {reste} de plus." if reste > 0 else "")
