"""Les listes bornées : une page par curseur de clés, jamais par décalage."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Query
from sqlalchemy import BigInteger, ColumnElement, Select, tuple_

from socle.noyau import en_utc
from socle.web.problemes import Probleme

LIMITE_MAXIMALE = 200
_ILLISIBLE = "Le curseur est illisible; reprenez à la première page."
_LECTEURS: Mapping[type, Any] = {
    UUID: UUID,
    datetime: lambda texte: en_utc(datetime.fromisoformat(texte)),
    date: date.fromisoformat,
    Decimal: Decimal,
    int: int,
    str: str,
}


@dataclass(frozen=True, slots=True)
class Page:
    """La page demandée."""

    limite: int
    curseur: str | None


# Asynchrone : FastAPI enverrait une dépendance ordinaire dans un fil, à chaque appel.
async def _page(
    limite: Annotated[int, Query(ge=1, le=LIMITE_MAXIMALE, description="Nombre d'éléments.")] = 50,
    curseur: Annotated[
        str | None, Query(max_length=1_000, description="Curseur rendu par la page précédente.")
    ] = None,
) -> Page:
    return Page(limite, curseur)


PageDemandee = Annotated[Page, Depends(_page)]


def paginer(
    requete: Select[Any], cles: Sequence[ColumnElement[Any]], page: Page, *, decroissant: bool
) -> Select[Any]:
    """Borne une requête à la page, triée par ses clés (uniques); une ligne de plus dit la suite."""
    if page.curseur is not None:
        borne = _lire(page.curseur, cles)
        gauche = tuple_(*cles)
        requete = requete.where(gauche < borne if decroissant else gauche > borne)
    ordre = [cle.desc() if decroissant else cle.asc() for cle in cles]
    return requete.order_by(*ordre).limit(page.limite + 1)


def curseur_de(ligne: Any, cles: Sequence[ColumnElement[Any]]) -> str:  # noqa: ANN401 -- une ligne SQLAlchemy
    """Le curseur qui reprend après cette ligne."""
    valeurs = [str(ligne._mapping[cle]) for cle in cles]
    return base64.urlsafe_b64encode(orjson.dumps(valeurs)).decode().rstrip("=")


def _valeur(cle: ColumnElement[Any], texte: str) -> object:
    """La valeur d'une clé; lève `ValueError` si sa colonne ne pourrait la tenir."""
    valeur = _LECTEURS[cle.type.python_type](texte)
    borne = 2**63 if isinstance(cle.type, BigInteger) else 2**31
    if isinstance(valeur, int) and not -borne <= valeur < borne:
        raise ValueError
    return valeur


def _lire(curseur: str, cles: Sequence[ColumnElement[Any]]) -> Any:  # noqa: ANN401 -- un tuple SQL
    try:
        brut = orjson.loads(base64.urlsafe_b64decode(curseur + "=" * (-len(curseur) % 4)))
        if "\0" in str(brut):
            raise Probleme(400, _ILLISIBLE)
        valeurs = [_valeur(cle, str(valeur)) for cle, valeur in zip(cles, brut, strict=True)]
    except (ValueError, TypeError, ArithmeticError, binascii.Error, KeyError) as erreur:
        raise Probleme(400, _ILLISIBLE) from erreur
    return tuple_(*valeurs)
