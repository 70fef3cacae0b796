"""Ce que tout événement a en commun : son type, sa version, son producteur, sa clé."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from noyau import MOTIF_ORGANISME

CodeOrganisme = Annotated[
    str,
    Field(
        pattern=MOTIF_ORGANISME,
        description="Le code de l'organisme public; il ne change jamais.",
        examples=["MTQ"],
    ),
]

CodeProduit = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        description="Le code du produit au ROPN.",
        examples=["PORTABLE-14"],
    ),
]

CodeTarif = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        description="Le code du tarif dans sa fiche de service.",
        examples=["POSTE-03", "COURTIER-FRAIS"],
    ),
]

Dollars = Annotated[
    Decimal,
    Field(
        max_digits=16,
        decimal_places=6,
        description="Dollars canadiens, en chaîne décimale.",
        examples=["147.00"],
    ),
]

Taux = Annotated[
    Decimal,
    Field(
        max_digits=16,
        decimal_places=6,
        description="Une part sans unité (0.10 : dix pour cent), en chaîne décimale.",
        examples=["0.10"],
    ),
]

Periode = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="Le mois civil visé, « aaaa-mm ».",
        examples=["2026-09"],
    ),
]

__all__ = [
    "AwareDatetime",
    "CodeOrganisme",
    "CodeProduit",
    "CodeTarif",
    "Dollars",
    "Evenement",
    "Periode",
    "Taux",
    "Valeur",
    "date",
    "datetime",
]


class Valeur(BaseModel):
    """Une partie d'événement. Un champ inconnu est ignoré : le producteur peut élargir."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Evenement(Valeur):
    """Un fait publié. Chaque classe donne son type CloudEvents, sa version et sa clé."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    PRODUCTEUR: ClassVar[str]
    CLE: ClassVar[str]
    """Le nom du champ qui porte l'identifiant de l'agrégat, donc la clé du message."""

    @property
    def cle(self) -> str:
        """La clé du message sur le bus : l'identifiant de l'agrégat."""
        valeur: UUID | str = getattr(self, self.CLE)
        return str(valeur)
