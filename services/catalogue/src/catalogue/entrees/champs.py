"""Les champs des corps : textes d'une ligne, codes, montants en chaînes décimales."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, Field

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,39}$", examples=["POSTES"])]
CodeProduit = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,59}$", examples=["PORTABLE-14"])]
Texte = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]
Lignes = Annotated[tuple[Texte, ...], Field(max_length=100)]
Dollars = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=2, examples=["147.00"]),
    AfterValidator(lambda montant: montant.quantize(Decimal("0.01"))),
]
Taux = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6, examples=["0.10"])]
Part = Annotated[Decimal, Field(gt=0, le=1, max_digits=7, decimal_places=6, examples=["0.95"])]
Minutes = Annotated[int, Field(ge=1, le=1_440)]

CodeLu = Annotated[str, Path(max_length=60, pattern=r"^[^\x00-\x1f]+$", examples=["POSTES"])]
"""Un code dans une adresse : mal formé, il est seulement inconnu."""

Le = Annotated[
    date | None,
    Query(
        description="Date de Québec de la lecture; absente : aujourd'hui.", examples=["2026-09-15"]
    ),
]

Filtre = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
