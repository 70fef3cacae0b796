"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from pathlib import Path

from catalogue.base import metadonnees
from catalogue.calendriers import entrees as calendriers_entrees
from catalogue.calendriers.adaptateurs import publications as calendriers_publications
from catalogue.calendriers.adaptateurs.depots import CalendriersSql
from catalogue.calendriers.ports import Ports as PortsCalendriers
from catalogue.fiches.adaptateurs import publications as fiches_publications
from catalogue.fiches.adaptateurs.annuaire import ANNUAIRE_FAITS
from catalogue.fiches.adaptateurs.depots import FichesSql, TarifsSql
from catalogue.fiches.entrees import chargement as fiches_chargement
from catalogue.fiches.entrees import routes as fiches_routes
from catalogue.fiches.ports import Ports as PortsFiches
from catalogue.produits import entrees as produits_entrees
from catalogue.produits.adaptateurs import publications as produits_publications
from catalogue.produits.adaptateurs.depots import ProduitsSql
from catalogue.produits.ports import Ports as PortsProduits
from noyau import ANNUAIRE
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Contexte, Service, Tache


async def _charger(contexte: Contexte) -> int:
    """Publie ce qui manque des données de mise en route; ce qui existe n'est jamais touché."""
    calendriers = await calendriers_entrees.charger_calendriers(contexte)
    fiches = await fiches_chargement.charger_fiches(contexte)
    return calendriers + fiches + await produits_entrees.charger_produits(contexte)


AIRES: tuple[Aire[Reglages], ...] = (
    Aire(
        nom="calendriers",
        branchements=(
            Branchement(PortsCalendriers, lambda cx: PortsCalendriers(CalendriersSql(cx))),
        ),
        publications=calendriers_publications.PUBLICATIONS,
        routes=lambda _: (calendriers_entrees.routes,),
        relisible=True,
    ),
    Aire(
        nom="fiches",
        branchements=(
            Branchement(PortsFiches, lambda cx: PortsFiches(FichesSql(cx), ANNUAIRE_FAITS)),
        ),
        publications=fiches_publications.PUBLICATIONS,
        routes=lambda _: (fiches_routes.routes,),
        relisible=True,
    ),
    Aire(
        nom="produits",
        branchements=(
            Branchement(PortsProduits, lambda cx: PortsProduits(ProduitsSql(cx), TarifsSql(cx))),
        ),
        publications=produits_publications.PUBLICATIONS,
        routes=lambda _: (produits_entrees.routes,),
        relisible=True,
        taches=lambda _: (Tache("chargement", 3_600.0, _charger),),
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
