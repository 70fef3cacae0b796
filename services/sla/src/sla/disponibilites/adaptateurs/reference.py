"""Ce qui se lit une fois, au démarrage : jusqu'où dans le passé une indisponibilité se dit."""

from sla.base import lire_donnees
from sla.disponibilites.domaine.reculs import Recul, Reculs


def lire_reculs() -> Reculs:
    """Ce qui est livré avec le service, daté (SLA-5)."""
    return Reculs.de(
        {
            d["debut"]: Recul(alarme=d["alarme"], constat=d["constat"])
            for d in lire_donnees("disponibilites.toml")["reculs"]
        }
    )
