"""Ce qui se lit une fois, au démarrage : comment un taux se publie."""

from datetime import timedelta

from sla.base import lire_donnees
from sla.taux.domaine.publication import Publication, Publications


def lire_publications() -> Publications:
    """Ce qui est livré avec le service, daté."""
    return Publications.de(
        {
            d["debut"]: Publication(
                peu_de_cas=d["peu_de_cas"], attente=timedelta(days=d["attente_jours"])
            )
            for d in lire_donnees("taux.toml")["publication"]
        }
    )
