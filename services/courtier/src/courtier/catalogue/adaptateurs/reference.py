"""Ce qui se lit une fois, au démarrage : les catégories du Catalogue."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files


def lire_categories() -> Mapping[str, str]:
    """Les catégories de solutions du Catalogue : code, libellé (CI-11)."""
    texte = files("courtier").joinpath("donnees/categories.toml").read_text(encoding="utf-8")
    return tomllib.loads(texte)
