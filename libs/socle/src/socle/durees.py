"""Les durées de conservation, datées : le fichier livré, ou celui que donne un réglage."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from noyau import Conservation
from socle.execution.sceaux import CONSERVATION_AUDIT_MINIMALE
from socle.validation import fautes_en_francais

FICHIER: Final = "conservation.toml"
MOIS_MINIMUM: Final = CONSERVATION_AUDIT_MINIMALE // 28
"""Treize mois : le plus court nombre de mois qui passe toujours le minimum de l'audit."""
CENT_ANS: Final = 1_200

_STRICT: Final = ConfigDict(extra="forbid", strict=True)
_Longue = Annotated[int, Field(ge=MOIS_MINIMUM, le=CENT_ANS)]


@dataclass(frozen=True, slots=True)
class Durees:
    """Combien de temps se gardent les familles dont la durée est une donnée datée."""

    audit: Conservation
    documents: Conservation
    personnes: Conservation


class _Mois(BaseModel):
    model_config = _STRICT

    audit: _Longue
    documents: _Longue
    personnes: Annotated[int, Field(ge=1, le=CENT_ANS)]


class _Version(BaseModel):
    model_config = _STRICT

    depuis: date
    motif: Annotated[str, Field(min_length=1)]
    mois: _Mois


class _Fichier(BaseModel):
    model_config = _STRICT

    versions: Annotated[list[_Version], Field(min_length=1)]


def lire_durees(fichier: Path | None = None) -> Durees:
    """Celles de ce fichier, sinon celles livrées.

    Lève `ValueError`, en français, d'un fichier absent, illisible ou faux.
    """
    source = fichier or files("socle").joinpath("donnees", FICHIER)
    try:
        lu = tomllib.loads(source.read_text(encoding="utf-8"))
        return _durees(_Fichier.model_validate(lu).versions)
    except OSError:
        faute = "ce fichier ne se lit pas"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        faute = "ce fichier n'est pas du TOML"
    except ValidationError as erreur:
        dite = fautes_en_francais(erreur.errors())[0]
        faute = f"{dite['champ']} : {dite['faute'].rstrip('.')}"
    except ValueError as erreur:
        faute = str(erreur)
    raise ValueError(f"{source} : {faute}.")


def _durees(versions: Sequence[_Version]) -> Durees:
    jours = [version.depuis for version in versions]
    if jours != sorted(set(jours)):
        raise ValueError("les versions se suivent par « depuis » croissant, une par jour")

    def datees(mois: Callable[[_Mois], int]) -> Conservation:
        return Conservation.de({version.depuis: mois(version.mois) for version in versions})

    return Durees(
        audit=datees(lambda mois: mois.audit),
        documents=datees(lambda mois: mois.documents),
        personnes=datees(lambda mois: mois.personnes),
    )
