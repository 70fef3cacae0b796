"""Ce qui se lit une fois, au démarrage : combien de temps un rapport se garde."""

from collections.abc import Sequence
from typing import Final

from sla.base import lire_donnees
from sla.rapports.domaine.executions import Conservation
from socle.conservation import Famille, depuis_le_jour
from socle.reglages import Reglages

JOURS_PAR_MOIS: Final = 30.4375


def lire_conservation() -> Conservation:
    """Ce qui est livré avec le service; lève `ValueError` d'un réglage qui ne garderait rien."""
    return Conservation(mois=lire_donnees("rapports.toml")["conservation_mois"])


def conservation(_: Reglages) -> Sequence[Famille]:
    """Les rapports gardés, jusqu'au jour que chacun porte (SLA-9)."""
    rapports = Famille(
        nom="rapports",
        libelle="les rapports établis, jusqu'au jour que chacun porte",
        jours=round(lire_conservation().mois * JOURS_PAR_MOIS),
        table="rapports",
        age=depuis_le_jour("conserve_jusquau"),
        echeance_dite=True,
        affaires=True,
        porte_par="tâche purge_rapports",
    )
    return (rapports,)
