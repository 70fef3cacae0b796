"""Ce qui se lit une fois, au démarrage : les catégories du Catalogue et les calendriers."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from calendrier import Calendrier, lire_versions
from courtier.catalogue.domaine import Calendriers
from noyau import Chronologie, Version


def lire_calendriers() -> Calendriers:
    """Les calendriers de la bibliothèque; nés le même jour, le dernier par son nom prévaut."""
    versions = sorted(lire_versions(), key=lambda v: v.version)
    return Calendriers(
        Chronologie.de(
            Version(rang, version.en_vigueur_depuis, Calendrier.depuis(version))
            for rang, version in enumerate(versions)
        )
    )


def lire_categories() -> Mapping[str, str]:
    """Les catégories de solutions du Catalogue : code, libellé (CI-11)."""
    texte = files("courtier").joinpath("donnees/categories.toml").read_text(encoding="utf-8")
    return tomllib.loads(texte)
