"""Les champs que plusieurs schémas partagent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from courtier.domaine.prix import dollars
from socle.noyau import en_utc

# PostgreSQL ne garde pas le caractère nul.
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
Nom = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Texte = Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")]
Jour = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
"""Une date de Québec."""
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 12, 31, tzinfo=UTC)),
    AfterValidator(en_utc),
]
PrixUnitaire = Annotated[
    Decimal, Field(ge=0, max_digits=14, decimal_places=6), AfterValidator(dollars)
]
"""Dollars par unité et par mois."""
Empreinte = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadécimal.")]


def exemple(corps: JsonDict) -> ConfigDict:
    """L'exemple que l'OpenAPI montre d'un corps."""
    return ConfigDict(json_schema_extra={"examples": [corps]})
