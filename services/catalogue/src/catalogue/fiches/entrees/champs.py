"""Les champs d'une fiche écrite : stricts, et pourtant tels que .NET ou Excel les renvoient.

Un nombre peut revenir en texte, un champ non dit revenir nul; rien d'autre ne se devine.
"""

import re
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, model_validator

from catalogue.base import Phrase
from noyau import MOTIF_CODE, MOTIF_CONDITION
from socle.champs import NORMALISE, SUR
from socle.web import Entree

_ENTIER: Final = re.compile(r"[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_LOGIQUES: Final = {"true": True, "false": False}


def _entier(valeur: object) -> object:
    if not isinstance(valeur, str):
        return valeur
    if not _ENTIER.fullmatch(valeur.strip()):
        raise ValueError("Un entier est attendu.")
    return int(valeur)


def _decimal(valeur: object) -> object:
    texte = str(valeur).strip()
    if isinstance(valeur, bool) or not _DECIMAL.fullmatch(texte):
        raise ValueError("Un nombre décimal est attendu, en texte.")
    return Decimal(texte)


def _logique(valeur: object) -> object:
    lue = _LOGIQUES.get(valeur.strip().lower()) if isinstance(valeur, str) else valeur
    if lue is True or lue is False:
        return lue
    raise ValueError("Vrai ou faux est attendu.")


ENTIER: Final = BeforeValidator(_entier)
DECIMAL: Final = BeforeValidator(_decimal)
"""Un nombre, ou le texte qui l'écrit en chiffres : ni « 1_000 », ni vrai pour 1."""
Logique = Annotated[bool, BeforeValidator(_logique)]
Jours = Annotated[int, Field(ge=1, le=1_000), ENTIER]
Minutes = Annotated[int, Field(ge=1, le=60_000), ENTIER]
Seuil = Annotated[int, Field(ge=0, le=1_000_000), ENTIER]
Taux = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6, examples=["0.10"]), DECIMAL]
Part = Annotated[
    Decimal, Field(gt=0, le=1, max_digits=7, decimal_places=6, examples=["0.95"]), DECIMAL
]
CodeOuvert = Annotated[str, Field(pattern=MOTIF_CODE)]
"""Une forme, une source, une horloge, un sujet : le domaine dit ceux qu'il connaît (CAT-9)."""
Fait = Annotated[str, Field(pattern=MOTIF_CODE, examples=["minutes"])]
"""Un fait nommé d'un événement."""
CodeCondition = Annotated[str, Field(pattern=MOTIF_CONDITION, examples=["a"])]
Type = Annotated[
    str,
    Field(
        pattern=r"^[a-zà-öø-ÿ_]{1,40}\.[a-zà-öø-ÿ_]{1,40}$",
        examples=["demande.créée"],
        description="Un type d'événement, accents compris.",
    ),
    NORMALISE,
]
"""Un type d'événement : deux mots et un point, qu'un refus peut donc redire."""
Types = Annotated[tuple[Type, ...], Field(max_length=20)]
Valeur = Annotated[str, Field(min_length=1, max_length=100), SUR, NORMALISE]
"""Une valeur à laquelle un fait se compare."""
Lignes = Annotated[tuple[Phrase, ...], Field(max_length=100)]


class Ecrit(Entree):
    """Une partie de fiche : un champ nul est un champ non dit."""

    @model_validator(mode="before")
    @classmethod
    def _sans_nul(cls, valeur: object) -> object:
        if isinstance(valeur, dict):
            return {nom: v for nom, v in valeur.items() if v is not None}
        return valeur
