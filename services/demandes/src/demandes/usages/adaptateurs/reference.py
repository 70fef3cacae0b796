"""Ce qui se lit une fois, au démarrage : les bornes des usages."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files

from demandes.usages.domaine import Borne, Bornes, BornesDatees


def lire_bornes() -> Bornes:
    """Les bornes livrées avec le service, datées."""
    fichier = files("demandes").joinpath("donnees", "usages.toml")
    dites = tomllib.loads(fichier.read_text(encoding="utf-8"))["bornes"]
    return Bornes.de({dite.pop("debut"): _datees(**dite) for dite in dites})


def _datees(maximum: str, par_usage: Mapping[str, Mapping[str, str]]) -> BornesDatees:
    return BornesDatees(
        toute=_borne(maximum), par_usage={code: _borne(**dite) for code, dite in par_usage.items()}
    )


def _borne(maximum: str, unite: str | None = None) -> Borne:
    return Borne(maximum=Decimal(maximum), unite=unite)
