"""Ce que toutes les aires montrent et demandent de même."""

from decimal import Decimal
from typing import Annotated

from fastapi import Query
from pydantic import Field

from noyau import MOTIF_CODE_FICHE
from socle import champs

Part = Annotated[
    Decimal | None, Field(description="Part entre 0 et 1, chaîne décimale; null : sans objet.")
]
Indicateur = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE_FICHE, description="Code d'un indicateur.", examples=["PT-1"]),
]
Periode = Annotated[
    champs.Periode | None, Query(description="Mois de la fin de la mesure, « aaaa-mm ».")
]
SujetId = Annotated[
    str | None,
    Query(
        pattern=r"^[\w-]{1,60}$",
        description="Identifiant du sujet : tout ce qui en est dit.",
        examples=["0199a1b2-0000-7000-8000-000000000001"],
    ),
]
