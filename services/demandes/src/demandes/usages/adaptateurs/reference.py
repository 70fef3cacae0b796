"""Ce qui se lit une fois, au démarrage : les bornes des usages."""

import tomllib
from decimal import Decimal
from importlib.resources import files

from demandes.usages.domaine import Borne, Bornes


def lire_bornes() -> Bornes:
    """Les bornes livrées avec le service, datées."""
    fichier = files("demandes").joinpath("donnees", "usages.toml")
    versions = {}
    for dite in tomllib.loads(fichier.read_text(encoding="utf-8"))["bornes"]:
        par_usage = {code: Decimal(n) for code, n in dite.get("par_usage", {}).items()}
        borne = Borne(maximum=Decimal(dite["maximum"]), par_usage=par_usage)
        versions[dite["debut"]] = borne
    return Bornes.de(versions)
