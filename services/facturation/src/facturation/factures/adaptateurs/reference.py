"""Ce qui se lit une fois, au démarrage : les taux de la TPS et de la TVQ, l'émetteur."""

from decimal import Decimal

from facturation.base import lire_donnees
from facturation.factures.domaine.emetteur import Emetteur, Emetteurs
from facturation.factures.domaine.taxes import Bareme, Taxes


def lire_bareme() -> Bareme:
    """Le barème livré avec le service (FAC-15)."""
    return Bareme.de(
        {
            taux["debut"]: Taxes(Decimal(taux["tps"]), Decimal(taux["tvq"]))
            for taux in lire_donnees("taxes.toml")["taux"]
        }
    )


def lire_emetteurs() -> Emetteurs:
    """L'émetteur livré avec le service, daté (FAC-6, FAC-17)."""
    return Emetteurs.de(
        {e.pop("debut"): Emetteur(**e) for e in lire_donnees("emetteur.toml")["emetteur"]}
    )
