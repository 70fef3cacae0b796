"""La composition de facturation : le seul fichier qui connaît tous les autres."""

from pathlib import Path

from facturation.adaptateurs import tables
from facturation.adaptateurs.depots import ouvrir_depots
from facturation.adaptateurs.publications import publication
from facturation.cas_usage.ports import Depots
from facturation.entrees.ecoutes import ECOUTES
from facturation.entrees.routes import routes
from facturation.entrees.travaux import TRAVAUX
from socle.service import Service


def service() -> Service[Depots]:
    """Le service, tel que le socle le fait tourner."""
    return Service(
        nom="facturation",
        titre="Facturation",
        port=8003,
        tables=tables.metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        ouvrir_depots=ouvrir_depots,
        publication=publication,
        routes=(routes,),
        ecoutes=ECOUTES,
        travaux=TRAVAUX,
        modeles_de_lecture=tables.COPIES,
    )
