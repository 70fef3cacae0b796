"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from importlib import import_module
from pathlib import Path

from catalogue.base import metadonnees
from catalogue.calendriers.adaptateurs import publications as calendriers_publications
from catalogue.calendriers.adaptateurs.depots import CalendriersSql
from catalogue.calendriers.adaptateurs.tables import recalculs_acceptes
from catalogue.calendriers.entrees import ecoutes as calendriers_ecoutes
from catalogue.calendriers.ports import Ports as PortsCalendriers
from catalogue.fiches.adaptateurs import publications as fiches_publications
from catalogue.fiches.adaptateurs.annuaire import ANNUAIRE_FAITS
from catalogue.fiches.adaptateurs.depots import FichesSql, TarifsSql
from catalogue.fiches.ports import Ports as PortsFiches
from catalogue.produits.adaptateurs import publications as produits_publications
from catalogue.produits.adaptateurs.depots import ProduitsSql
from catalogue.produits.adaptateurs.jauges import JAUGES
from catalogue.produits.ports import Ports as PortsProduits
from noyau import ANNUAIRE
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Service, routes_de

AIRES: tuple[Aire[Reglages], ...] = (
    Aire(
        nom="calendriers",
        branchements=(
            Branchement(PortsCalendriers, lambda cx: PortsCalendriers(CalendriersSql(cx))),
        ),
        publications=calendriers_publications.PUBLICATIONS,
        routes=routes_de("catalogue.calendriers.entrees.routes"),
        relisible=True,
        ecoutes=calendriers_ecoutes.ECOUTES,
        copies=(recalculs_acceptes,),
    ),
    Aire(
        nom="fiches",
        branchements=(
            Branchement(PortsFiches, lambda cx: PortsFiches(FichesSql(cx), ANNUAIRE_FAITS)),
        ),
        publications=fiches_publications.PUBLICATIONS,
        routes=routes_de("catalogue.fiches.entrees.routes"),
        relisible=True,
    ),
    Aire(
        nom="produits",
        branchements=(
            Branchement(PortsProduits, lambda cx: PortsProduits(ProduitsSql(cx), TarifsSql(cx))),
        ),
        publications=produits_publications.PUBLICATIONS,
        routes=routes_de("catalogue.produits.entrees"),
        relisible=True,
        taches=lambda _: import_module("catalogue.chargement").TACHES,
        jauges=JAUGES,
    ),
)
"""Les aires, de la plus basse à la plus haute."""


SECTIONS = {
    "calendriers": "Les versions du calendrier : fériés, jours ajoutés ou retirés, horaires.",
    "fiches": "Les fiches de service, leurs versions, leurs tarifs et leurs indicateurs.",
    "produits": "Le répertoire officiel des produits normalisés (ROPN) et leurs prix.",
}
"""Les étiquettes des routes, et ce qu'elles regroupent."""


def service() -> Service[Reglages]:
    """Le service du catalogue."""
    return Service(
        nom="catalogue",
        titre="Catalogue",
        port=8001,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        annuaire=ANNUAIRE,
        reglages=Reglages,
        aires=AIRES,
        sections=SECTIONS,
        exemples=Path(__file__).with_name("exemples.json"),
    )
