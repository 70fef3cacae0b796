"""Ce qui se lit une fois, au démarrage : combien de temps un rapport se garde."""

from sla.base import lire_donnees
from sla.rapports.domaine.executions import Conservation


def lire_conservation() -> Conservation:
    """Ce qui est livré avec le service; lève `ValueError` d'un réglage qui ne garderait rien."""
    return Conservation(mois=lire_donnees("rapports.toml")["conservation_mois"])
