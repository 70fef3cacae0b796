"""Ce qui se lit une fois, au démarrage : les taux de la TPS et de la TVQ."""

import tomllib
from decimal import Decimal
from importlib.resources import files

from facturation.factures.domaine.taxes import Bareme, Taxes


def lire_bareme() -> Bareme:
    """Le barème livré avec le service (FAC-15)."""
    texte = files("facturation").joinpath("donnees/taxes.toml").read_text(encoding="utf-8")
    return Bareme.de(
        {
            taux["debut"]: Taxes(Decimal(taux["tps"]), Decimal(taux["tvq"]))
            for taux in tomllib.loads(texte)["taux"]
        }
    )
