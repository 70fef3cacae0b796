"""La racine de composition : le seul fichier qui connaît tous les autres."""

from pathlib import Path

from sla.adaptateurs.depots import ouvrir_depots
from sla.adaptateurs.publications import publication
from sla.adaptateurs.tables import fiches, histoires, mesures, metadonnees
from sla.cas_usage.ports import Depots
from sla.entrees import routes_indicateurs, routes_mesures
from sla.entrees.ecoutes import ECOUTES
from sla.entrees.travaux import TRAVAUX
from socle.service import Service


def service() -> Service[Depots]:
    """La déclaration du service."""
    return Service(
        nom="sla",
        titre="Niveaux de service",
        port=8004,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        ouvrir_depots=ouvrir_depots,
        publication=publication,
        routes=(routes_indicateurs.routes, routes_mesures.routes),
        ecoutes=ECOUTES,
        travaux=TRAVAUX,
        modeles_de_lecture=(histoires, fiches, mesures),
    )
