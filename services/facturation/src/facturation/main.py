"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from facturation.base import metadonnees
from facturation.clients import entrees as clients_entrees
from facturation.clients.adaptateurs.depots import ClientsSql
from facturation.clients.adaptateurs.tables import clients
from facturation.clients.ports import Ports as PortsClients
from facturation.creances import entrees as creances_entrees
from facturation.creances.adaptateurs import publications as creances_publications
from facturation.creances.adaptateurs.depots import AbonnementsSql, AttentesSql, FaitsSql
from facturation.creances.adaptateurs.tables import abonnements, faits, rectifications
from facturation.creances.ports import Ports as PortsCreances
from facturation.factures.adaptateurs import publications as factures_publications
from facturation.factures.adaptateurs.depots import ExecutionsSql, FacturesSql
from facturation.factures.entrees import routes as factures_routes
from facturation.factures.entrees import taches as factures_taches
from facturation.factures.ports import Ports as PortsFactures
from facturation.tarification import entrees as tarification_entrees
from facturation.tarification.adaptateurs.depots import TarificationsSql
from facturation.tarification.adaptateurs.tables import fiches, prix, produits, retraits
from facturation.tarification.ports import Ports as PortsTarification
from noyau import ANNUAIRE
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Service


def _creances(cx: AsyncConnection) -> PortsCreances:
    return PortsCreances(FaitsSql(cx), AbonnementsSql(cx), AttentesSql(cx), TarificationsSql(cx))


def _factures(cx: AsyncConnection) -> PortsFactures:
    lus = (ClientsSql(cx), FaitsSql(cx), TarificationsSql(cx))
    return PortsFactures(FacturesSql(cx), ExecutionsSql(cx), *lus)


def _tarification(cx: AsyncConnection) -> PortsTarification:
    """Le catalogue change : ce qui attendait, et ce qui se facture au mois, est à revoir."""
    return PortsTarification(TarificationsSql(cx), repercussions=(AttentesSql(cx),))


AIRES: tuple[Aire[Reglages], ...] = (
    Aire(
        nom="clients",
        branchements=(Branchement(PortsClients, lambda cx: PortsClients(ClientsSql(cx))),),
        ecoutes=clients_entrees.ECOUTES,
        copies=(clients,),
    ),
    Aire(
        nom="tarification",
        branchements=(Branchement(PortsTarification, _tarification),),
        ecoutes=tarification_entrees.ECOUTES,
        copies=(fiches, retraits, prix, produits),
    ),
    Aire(
        nom="creances",
        branchements=(Branchement(PortsCreances, _creances),),
        publications=creances_publications.PUBLICATIONS,
        routes=lambda _: (creances_entrees.routes,),
        ecoutes=creances_entrees.ECOUTES,
        taches=lambda _: (creances_entrees.REVUE,),
        copies=(faits, rectifications, abonnements),
    ),
    Aire(
        nom="factures",
        branchements=(Branchement(PortsFactures, _factures),),
        publications=factures_publications.PUBLICATIONS,
        routes=lambda _: (factures_routes.routes,),
        taches=lambda _: (factures_taches.EMISSION,),
    ),
)
"""Les aires, de la plus basse à la plus haute."""


def service() -> Service[Reglages]:
    """Le service de facturation."""
    return Service(
        nom="facturation",
        titre="Facturation",
        port=8003,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        annuaire=ANNUAIRE,
        reglages=Reglages,
        aires=AIRES,
    )
