"""Ce qui se lit une fois, au démarrage : les taux de la TPS et de la TVQ, l'émetteur."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Any

from facturation.factures.domaine.emetteur import Emetteur, Emetteurs
from facturation.factures.domaine.taxes import Bareme, Taxes


def lire_bareme() -> Bareme:
    """Le barème livré avec le service (FAC-15)."""
    return Bareme.de(
        {
            taux["debut"]: Taxes(Decimal(taux["tps"]), Decimal(taux["tvq"]))
            for taux in _lire("taxes.toml")["taux"]
        }
    )


def lire_emetteurs() -> Emetteurs:
    """L'émetteur livré avec le service, daté (FAC-6, FAC-17)."""
    return Emetteurs.de({e.pop("debut"): Emetteur(**e) for e in _lire("emetteur.toml")["emetteur"]})


def _lire(nom: str) -> dict[str, Any]:
    texte = files("facturation").joinpath("donnees", nom).read_text(encoding="utf-8")
    return tomllib.loads(texte)
