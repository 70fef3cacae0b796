"""Ce qui se lit une fois, au démarrage : combien de temps un rapport se garde."""

from collections.abc import Sequence
from datetime import datetime

from noyau import jour_de_quebec
from sla.base import lire_donnees
from sla.rapports.domaine.executions import Conservation
from socle.conservation import Famille
from socle.reglages import Reglages


def lire_conservation() -> Conservation:
    """Ce qui est livré avec le service; lève `ValueError` d'un réglage qui ne garderait rien."""
    return Conservation(mois=lire_donnees("rapports.toml")["conservation_mois"])


def conservation(_: Reglages) -> Sequence[Famille]:
    """Les rapports gardés, jusqu'au jour que chacun porte (SLA-9)."""

    def echue(maintenant: datetime) -> str:
        return f"conserve_jusquau < '{jour_de_quebec(maintenant)}'"

    rapports = Famille(
        nom="rapports",
        libelle="les rapports établis, jusqu'au jour que chacun porte",
        duree=f"{lire_conservation().mois} mois",
        table="rapports",
        echue=echue,
        porte_par="tâche purge_rapports",
    )
    return (rapports,)
