"""Qui lit les mesures, et les filtres de ses listes, décrits une fois."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import AfterValidator

from sla.base import LECTEURS
from sla.mesures.ports import Ports
from socle.web import Appel, acces

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]


def _exercice(texte: str) -> str:
    debut, _, fin = texte.partition("-")
    if not (debut.isdecimal() and fin.isdecimal() and int(fin) == int(debut) + 1):
        raise ValueError("Un exercice nomme deux années qui se suivent : « 2026-2027 ».")
    return texte


_CODE = r"^[A-Z0-9][A-Z0-9-]{0,39}$"

Indicateur = Annotated[
    str | None, Query(pattern=_CODE, description="Code d'un indicateur.", examples=["PT-1"])
]
Periode = Annotated[
    str | None,
    Query(
        pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$",
        description="Mois de la fin de la mesure, « aaaa-mm ».",
        examples=["2026-09"],
    ),
]
Exercice = Annotated[
    Annotated[str, AfterValidator(_exercice)] | None,
    Query(
        pattern=r"^[12]\d{3}-[12]\d{3}$",
        description="Exercice financier; sans effet si une période est donnée.",
        examples=["2026-2027"],
    ),
]
Numero = Annotated[
    str | None,
    Query(pattern=_CODE, description="Numéro de la demande.", examples=["D-2026-000123"]),
]
