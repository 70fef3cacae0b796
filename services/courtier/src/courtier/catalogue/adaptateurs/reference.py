"""Ce qui se lit une fois, au démarrage : les catégories du Catalogue."""

from collections.abc import Mapping

from courtier.base import lire_donnees


def lire_categories() -> Mapping[str, str]:
    """Les catégories de solutions du Catalogue : code, libellé (CI-11)."""
    return lire_donnees("categories.toml")
