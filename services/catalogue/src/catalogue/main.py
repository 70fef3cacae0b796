"""Tout ce que le catalogue est, déclaré au socle."""

from pathlib import Path

from catalogue.adaptateurs.depots import ouvrir_depots
from catalogue.adaptateurs.publications import publication
from catalogue.adaptateurs.tables import metadonnees
from catalogue.cas_usage.ports import Depots
from catalogue.entrees import routes_fiches, routes_produits
from catalogue.entrees.chargement import CHARGEMENT
from socle.service import Service


def service() -> Service[Depots]:
    """La déclaration du service."""
    return Service(
        nom="catalogue",
        titre="Catalogue",
        port=8001,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        ouvrir_depots=ouvrir_depots,
        publication=publication,
        routes=(routes_fiches.routes, routes_produits.routes),
        ecoutes={},
        travaux=(CHARGEMENT,),
    )
