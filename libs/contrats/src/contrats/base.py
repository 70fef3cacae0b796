"""Ce que tout événement a en commun : son type, sa version, son producteur, sa clé."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from noyau import (
    DERNIER_JOUR,
    MOTIF_CODE,
    MOTIF_CODE_FICHE,
    MOTIF_CONDITION,
    MOTIF_ORGANISME,
    PREMIER_JOUR,
    instant_plausible,
)

Jour = Annotated[date, Field(ge=PREMIER_JOUR, le=DERNIER_JOUR)]
"""Une date de Québec, des années 2000 à 2100."""

Instant = Annotated[AwareDatetime, AfterValidator(instant_plausible)]
"""Un instant conscient, ramené en UTC, des années 2000 à 2100."""

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

CodeOuvert = Annotated[str, Field(pattern=MOTIF_CODE)]
"""Un code dont le producteur tient la table : on garde celui qu'on ne connaît pas."""

CodeCondition = Annotated[
    str, Field(pattern=MOTIF_CONDITION, description="Le code de la condition.", examples=["a"])
]

CodeFiche = Annotated[
    str,
    Field(pattern=MOTIF_CODE_FICHE, description="Le code de la fiche.", examples=["POSTES"]),
]

CodeIndicateur = Annotated[
    str,
    Field(pattern=MOTIF_CODE_FICHE, description="Le code de l'indicateur.", examples=["PT-1"]),
]

CodeTarif = Annotated[
    str,
    Field(
        pattern=MOTIF_CODE_FICHE,
        description="Le code du tarif dans sa fiche de service.",
        examples=["POSTE-03", "COURTIER-FRAIS"],
    ),
]

NomFait = Annotated[
    str,
    Field(
        pattern=MOTIF_CODE,
        description="Le nom d'un fait : un champ simple d'un événement.",
        examples=["minutes"],
    ),
]

_MOTIF_DECIMAL = r"^-?\d{1,10}(\.\d{1,6})?$"
_DECIMAL = re.compile(_MOTIF_DECIMAL, re.ASCII)


def _en_chaine(valeur: object) -> object:
    """Un décimal voyage en chaîne, et rien d'autre : ni nombre JSON, ni exposant, ni « 1_000 »."""
    if isinstance(valeur, Decimal):
        return Decimal(f"{valeur:f}")
    if isinstance(valeur, str) and _DECIMAL.fullmatch(valeur):
        return valeur
    raise ValueError("un décimal s'écrit en chaîne, comme « 147.00 »")


_EN_CHAINE = BeforeValidator(
    _en_chaine, json_schema_input_type=Annotated[str, Field(pattern=_MOTIF_DECIMAL)]
)

Dollars = Annotated[
    Decimal,
    _EN_CHAINE,
    Field(
        max_digits=16,
        decimal_places=6,
        description="Dollars canadiens, en chaîne décimale.",
        examples=["147.00"],
    ),
]

Taux = Annotated[
    Decimal,
    _EN_CHAINE,
    Field(
        max_digits=16,
        decimal_places=6,
        description="Une part sans unité (0.10 : dix pour cent), en chaîne décimale.",
        examples=["0.10"],
    ),
]

Nombre = Annotated[Decimal, _EN_CHAINE, Field(max_digits=16, decimal_places=6)]
"""Une quantité qui n'est pas toujours entière, en chaîne décimale."""

Periode = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="Le mois civil visé, « aaaa-mm ».",
        examples=["2026-09"],
    ),
]

Imputation = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        description="Le code d'imputation de l'organisme (FAC-16); absent : aucun.",
        examples=["2100-447"],
    ),
]

__all__ = [
    "CodeCondition",
    "CodeFiche",
    "CodeIndicateur",
    "CodeOrganisme",
    "CodeOuvert",
    "CodeProduit",
    "CodeTarif",
    "Dollars",
    "Evenement",
    "Imputation",
    "Instant",
    "Jour",
    "NomFait",
    "Nombre",
    "Periode",
    "Taux",
    "Valeur",
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
    AGREGATS: ClassVar[tuple[str, ...]]
    """Les sortes d'agrégats que la clé peut nommer : qui n'en suit aucune passe l'événement."""
    SOURCE: ClassVar[str | None] = None
    """Le champ qui nomme ce qu'un tarif facture; aucun : rien ne se facture de ce fait (CAT-9)."""
    TARIFE: ClassVar[bool] = False
    """Vrai : un tarif en est toujours dû; si nulle fiche n'en a, la ligne attend (CAT-9)."""
    EFFET: ClassVar[str | None] = None
    """Le champ qui dit quand le fait prend effet, si ce n'est pas quand il survient (CAT-9)."""
    FINI_PAR: ClassVar[tuple[str, ...]] = ()
    """Les types des événements qui, de même source, finissent ce que celui-ci commence."""
    REPREND: ClassVar[bool] = False
    """Vrai : ce qui commence se poursuit d'ailleurs; n'en est dû que ce qui se paie au mois."""
    UNIQUE: ClassVar[bool] = False
    """Vrai : sa source n'a qu'un fait qui vaille; redit, le suivant prend sa place (FAC-13)."""
    TRANSMET: ClassVar[bool] = False
    """Vrai : ce qui finit se poursuit ailleurs, avec son engagement, sauf perte (FAC-5)."""
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Les sortes de sujets qu'un indicateur y mesure, et le champ qui nomme chacun (SLA-10)."""
    SUITE_DE: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Les sujets dont l'histoire précède celle de ses `SUJETS`, et le champ qui nomme chacun."""

    @property
    def cle(self) -> str:
        """La clé du message sur le bus : l'identifiant de l'agrégat."""
        valeur: UUID | str = getattr(self, self.CLE)
        return str(valeur)


def empreinte_de(evenement: Evenement) -> str:
    """SHA-256 de ce que dit un événement : deux qui disent la même chose ont la même (SLA-7)."""
    dit = json.dumps(evenement.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return sha256(dit.encode()).hexdigest()
