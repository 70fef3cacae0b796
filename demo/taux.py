"""Les taux que la mesure publie."""

from decimal import Decimal
from typing import Literal

from demo.documents import Valeur


class Part(Valeur):
    """Un taux et ce dont il est fait; `taux` est nul s'il n'y a rien à mesurer."""

    conformes: int
    mesurees: int
    taux: Decimal | None
    cible_atteinte: bool | None


class Taux(Valeur):
    """Les deux taux d'un indicateur; sans organisme, tous ensemble."""

    indicateur: str
    libelle: str
    organisme: str | None
    unite: Literal["mesures", "secondes"]
    """Ce que comptent ses parts."""
    cible: Decimal | None
    brut: Part
    ajuste: Part
