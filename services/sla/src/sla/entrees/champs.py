"""Les paramètres de requête, décrits une fois."""

from typing import Annotated, TypeAlias

from fastapi import Query
from pydantic import AfterValidator


def _exercice(texte: str) -> str:
    debut, _, fin = texte.partition("-")
    if not (debut.isdecimal() and fin.isdecimal() and int(fin) == int(debut) + 1):
        raise ValueError("Un exercice nomme deux années qui se suivent : « 2026-2027 ».")
    return texte


_CODE = r"^[A-Z0-9][A-Z0-9-]{0,39}$"

Indicateur: TypeAlias = Annotated[
    str | None,
    Query(pattern=_CODE, description="Code d'un indicateur.", examples=["PT-1"]),
]
Organisme: TypeAlias = Annotated[
    str | None,
    Query(pattern=_CODE, description="Code d'un organisme.", examples=["MTQ"]),
]
Periode: TypeAlias = Annotated[
    str | None,
    Query(
        pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$",
        description="Mois de la fin de la mesure, « aaaa-mm ».",
        examples=["2026-09"],
    ),
]
Exercice: TypeAlias = Annotated[
    Annotated[str, AfterValidator(_exercice)] | None,
    Query(
        pattern=r"^[12]\d{3}-[12]\d{3}$",
        description="Exercice financier; sans effet si une période est donnée.",
        examples=["2026-2027"],
    ),
]
Numero: TypeAlias = Annotated[
    str | None,
    Query(pattern=_CODE, description="Numéro de la demande.", examples=["D-2026-000123"]),
]
