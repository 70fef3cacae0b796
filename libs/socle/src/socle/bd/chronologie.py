"""« La version qui vaut un jour donné », en SQL : la règle de `noyau.Chronologie`, une seule fois.

Vaut la dernière commencée qui n'a pas pris fin; à début égal, le plus haut numéro.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, or_, select


def a_commence(
    debut: ColumnElement[Any], le: ColumnElement[Any], fin: ColumnElement[Any] | None = None
) -> ColumnElement[bool]:
    """La version a commencé, et n'a pas pris fin, à la date `le`."""
    if fin is None:
        return debut <= le
    return and_(debut <= le, or_(fin.is_(None), fin > le))


def en_vigueur(
    versions: FromClause,
    le: ColumnElement[Any],
    *de: ColumnElement[bool],
    debut: str = "debut",
    numero: str = "version",
    fin: str | None = None,
) -> Select[Any]:
    """La version qui vaut à la date `le`, parmi celles qui tiennent à `de`.

    Au plus une ligne : un `lateral` la donne pour chaque objet d'une liste.
    """
    c = versions.c
    return (
        select(versions)
        .where(*de, a_commence(c[debut], le, None if fin is None else c[fin]))
        .order_by(c[debut].desc(), c[numero].desc())
        .limit(1)
    )
