"""Ce qui se lit une fois, au démarrage : les délais des contestations."""

import tomllib
from importlib.resources import files

from facturation.contestations.domaine.delais import Calendrier, Delais


def lire_calendrier() -> Calendrier:
    """Les délais livrés avec le service, datés (FAC-8)."""
    texte = files("facturation").joinpath("donnees", "delais.toml").read_text(encoding="utf-8")
    return Calendrier.de({d.pop("debut"): Delais(**d) for d in tomllib.loads(texte)["delais"]})
