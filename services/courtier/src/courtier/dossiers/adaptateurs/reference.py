"""Ce qui se lit une fois, au démarrage : l'ordre du jour type de la rencontre (CI-16)."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files


def lire_ordre_du_jour() -> Mapping[str, str]:
    """Les points de la rencontre de démarrage : code, libellé, dans leur ordre."""
    texte = files("courtier").joinpath("donnees/rencontre.toml").read_text(encoding="utf-8")
    return tomllib.loads(texte)
