"""La composition du Courtier : le seul fichier qui connaît tous les autres."""

from functools import partial
from pathlib import Path

from courtier.adaptateurs import tables
from courtier.adaptateurs.depots import ouvrir_depots
from courtier.adaptateurs.publications import publication
from courtier.adaptateurs.reference import Reference
from courtier.cas_usage.ports import Depots
from courtier.entrees import routes_catalogue, routes_contrats
from courtier.entrees.ecoutes import ECOUTES
from socle.service import Service


def service() -> Service[Depots]:
    """Le service, tel que le socle le fait tourner."""
    return Service(
        nom="courtier",
        titre="Courtier en infonuagique",
        port=8005,
        tables=tables.metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        ouvrir_depots=partial(ouvrir_depots, reference=Reference.lire()),
        publication=publication,
        routes=(routes_catalogue.routes, routes_contrats.routes),
        ecoutes=ECOUTES,
        modeles_de_lecture=(tables.organismes,),
    )
