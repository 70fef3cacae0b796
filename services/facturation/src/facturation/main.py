"""La composition du service : le seul fichier qui connaisse toutes les aires."""

import asyncio
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from facturation.base import metadonnees
from facturation.bord.adaptateurs.depots import ConstatsSql
from facturation.bord.adaptateurs.jauges import JAUGES
from facturation.bord.ports import Ports as PortsBord
from facturation.clients import entrees as clients_entrees
from facturation.clients.adaptateurs.depots import ClientsSql
from facturation.clients.adaptateurs.tables import clients
from facturation.clients.ports import Ports as PortsClients
from facturation.comptes.adaptateurs import publications as comptes_publications
from facturation.comptes.adaptateurs.depots import DocumentsSql, ReglementsSql
from facturation.comptes.adaptateurs.reference import lire_anciennetes
from facturation.comptes.ports import Ports as PortsComptes
from facturation.contestations.adaptateurs import publications as contestations_publications
from facturation.contestations.adaptateurs import vues as contestations_vues
from facturation.contestations.adaptateurs.contenus import genre_de
from facturation.contestations.adaptateurs.depots import ContestationsSql, PiecesSql, ValidationsSql
from facturation.contestations.adaptateurs.reference import lire_calendrier
from facturation.contestations.entrees import taches as contestations_taches
from facturation.contestations.ports import Ports as PortsContestations
from facturation.creances.adaptateurs import publications as creances_publications
from facturation.creances.adaptateurs import vues as creances_vues
from facturation.creances.adaptateurs.depots import (
    AbonnementsSql,
    AttentesSql,
    FaitsSql,
    TouchesSql,
)
from facturation.creances.adaptateurs.ecartements import EcartementsSql
from facturation.creances.adaptateurs.reperes import DemandesSql, ImputationsSql
from facturation.creances.adaptateurs.reveils import ReveilsSql
from facturation.creances.adaptateurs.tables import (
    abonnements,
    demandes,
    faits,
    rectifications,
)
from facturation.creances.domaine.faits import FaitRecu
from facturation.creances.entrees import ecoutes as creances_ecoutes
from facturation.creances.ports import Ports as PortsCreances
from facturation.emissions.adaptateurs import vues as emissions_vues
from facturation.emissions.adaptateurs.depots import ApprobationsSql, ExecutionsSql, HorizonsSql
from facturation.emissions.entrees import commandes as emissions_commandes
from facturation.emissions.entrees import taches as emissions_taches
from facturation.emissions.ports import Ports as PortsEmissions
from facturation.factures.adaptateurs import publications as factures_publications
from facturation.factures.adaptateurs import vues as factures_vues
from facturation.factures.adaptateurs.depots import AjustementsSql, FacturesSql, SituationsSql
from facturation.factures.adaptateurs.reference import lire_bareme, lire_emetteurs
from facturation.factures.adaptateurs.retenus import RetenusSql
from facturation.factures.cas_usage import ajuster_ligne, crediter_lignes, preparer_ajustement
from facturation.factures.domaine.emetteur import Inscriptions
from facturation.factures.entrees import commandes as factures_commandes
from facturation.factures.entrees import ecoutes as factures_ecoutes
from facturation.factures.ports import Ports as PortsFactures
from facturation.reglages import ReglagesFacturation
from facturation.saisies.adaptateurs import publications as saisies_publications
from facturation.saisies.adaptateurs.depots import DecisionsSql, SaisiesSql
from facturation.saisies.adaptateurs.reference import lire_seuils
from facturation.saisies.domaine.saisies import LigneSaisie
from facturation.saisies.ports import Ports as PortsSaisies
from facturation.simulations.adaptateurs import vues as simulations_vues
from facturation.simulations.adaptateurs.depots import BudgetsSql, SimulationsSql
from facturation.simulations.entrees import taches as simulations_taches
from facturation.simulations.ports import Ports as PortsSimulations
from facturation.tarification import entrees as tarification_entrees
from facturation.tarification.adaptateurs.depots import TarificationsSql
from facturation.tarification.adaptateurs.reference import lire_bornes
from facturation.tarification.adaptateurs.tables import (
    fiches,
    fins_statu_quo,
    prix,
    produits,
    retraits,
    statu_quos,
)
from facturation.tarification.ports import Ports as PortsTarification
from noyau import ANNUAIRE
from socle.bd.connexion import Connexion
from socle.execution.deroulement import Branchement, lier
from socle.service import Aire, Service, routes_de

if TYPE_CHECKING:
    from socle.web import Routeur

_ANCIENNETES: Final = lire_anciennetes()
_BAREME: Final = lire_bareme()
_BORNES: Final = lire_bornes()
_EMETTEURS: Final = lire_emetteurs()
_DELAIS: Final = lire_calendrier()
_SEUILS: Final = lire_seuils()


def _tarifications(cx: Connexion) -> TarificationsSql:
    return TarificationsSql(cx, _BORNES)


def _creances(cx: Connexion) -> PortsCreances:
    siens = (FaitsSql(cx), AbonnementsSql(cx), AttentesSql(cx), TouchesSql(cx))
    lus = (_tarifications(cx), DemandesSql(cx), ImputationsSql(cx), ReveilsSql(cx))
    return PortsCreances(*siens, *lus, EcartementsSql(cx), asyncio.to_thread)


def _factures(cx: Connexion) -> PortsFactures:
    siens = (FacturesSql(cx), RetenusSql(cx), AjustementsSql(cx), ClientsSql(cx), TouchesSql(cx))
    return PortsFactures(*siens, _EMETTEURS)


def _situations(cx: Connexion, tarifications: TarificationsSql) -> SituationsSql:
    return SituationsSql(
        _BAREME,
        FacturesSql(cx),
        AjustementsSql(cx),
        DemandesSql(cx),
        ImputationsSql(cx),
        TouchesSql(cx),
        tarifications,
    )


def _emissions(cx: Connexion) -> PortsEmissions:
    tarifications = _tarifications(cx)
    return PortsEmissions(
        executions=ExecutionsSql(cx),
        approbations=ApprobationsSql(cx),
        horizons=HorizonsSql(cx, tarifications.oublier),
        factures=FacturesSql(cx),
        retenus=RetenusSql(cx),
        situations=_situations(cx, tarifications),
        emetteurs=_EMETTEURS,
        clients=ClientsSql(cx),
        faits=FaitsSql(cx),
        touches=TouchesSql(cx),
        abonnements=AbonnementsSql(cx),
        attentes=AttentesSql(cx),
        tarifications=tarifications,
        a_l_ecart=asyncio.to_thread,
    )


def _saisies(cx: Connexion) -> PortsSaisies:
    factures = _factures(cx)
    return PortsSaisies(
        saisies=SaisiesSql(cx),
        decisions=DecisionsSql(cx),
        seuils=_SEUILS,
        lire=_lire,
        preparer=lier(preparer_ajustement, factures),
        ajuster=lier(ajuster_ligne, factures),
        clients=ClientsSql(cx),
        tarifications=_tarifications(cx),
        faits=FaitsSql(cx),
        demandes=DemandesSql(cx),
        touches=TouchesSql(cx),
        factures=factures.factures,
    )


def _lire(dite: LigneSaisie) -> FaitRecu:
    """Le fait d'une saisie, comme on le lirait de son événement (CAT-9)."""
    evenement = saisies_publications.ligne_saisie(dite)
    return creances_ecoutes.lire_fait(evenement, dite.acte_id, dite.survenu_le)


def _contestations(cx: Connexion) -> PortsContestations:
    """Trancher rend ce qui est accordé : les factures ajustent, et émettent la note de crédit."""
    contestations = ContestationsSql(cx, _DELAIS)
    siens = (contestations, PiecesSql(cx), ValidationsSql(cx), FacturesSql(cx))
    return PortsContestations(*siens, lier(crediter_lignes, _factures(cx)), _DELAIS, genre_de)


def _comptes(cx: Connexion) -> PortsComptes:
    return PortsComptes(
        reglements=ReglementsSql(cx),
        documents=DocumentsSql(cx),
        anciennetes=_ANCIENNETES,
        clients=ClientsSql(cx),
        factures=FacturesSql(cx),
        situations=_situations(cx, _tarifications(cx)),
        faits=FaitsSql(cx),
        touches=TouchesSql(cx),
        a_l_ecart=asyncio.to_thread,
    )


def _bord(cx: Connexion) -> PortsBord:
    executions = ExecutionsSql(cx)
    return PortsBord(ConstatsSql(cx, executions, DocumentsSql(cx)), executions)


def _simulations(cx: Connexion) -> PortsSimulations:
    tarifications = _tarifications(cx)
    return PortsSimulations(
        simulations=SimulationsSql(cx),
        budgets=BudgetsSql(cx),
        horizons=HorizonsSql(cx, tarifications.oublier),
        factures=FacturesSql(cx),
        situations=_situations(cx, tarifications),
        clients=ClientsSql(cx),
        faits=FaitsSql(cx),
        touches=TouchesSql(cx),
        tarifications=tarifications,
        a_l_ecart=asyncio.to_thread,
    )


def _tarification(cx: Connexion) -> PortsTarification:
    """Le catalogue change : ce qu'il change de déjà calculé est touché, et le tout à revoir."""
    repercussions = (TouchesSql(cx), AttentesSql(cx))
    return PortsTarification(_tarifications(cx), repercussions=repercussions)


def _inscriptions(reglages: ReglagesFacturation) -> Inscriptions:
    return Inscriptions(tps=reglages.numero_tps, tvq=reglages.numero_tvq)


def _routes_contestations(reglages: ReglagesFacturation) -> "tuple[Routeur, ...]":
    decisions, destructions = (
        import_module(f"facturation.contestations.entrees.{nom}")
        for nom in ("decisions", "destructions")
    )
    return (
        *routes_de("facturation.contestations.entrees.routes")(reglages),
        *routes_de("facturation.contestations.entrees.pieces")(reglages),
        decisions.routes(_inscriptions(reglages)),
        destructions.routes(reglages.conservation.durees.documents),
    )


AIRES: tuple[Aire[ReglagesFacturation], ...] = (
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
        copies=(fiches, retraits, statu_quos, fins_statu_quo, prix, produits),
    ),
    Aire(
        nom="creances",
        branchements=(Branchement(PortsCreances, _creances),),
        publications=creances_publications.PUBLICATIONS,
        routes=routes_de("facturation.creances.entrees.routes"),
        ecoutes=creances_ecoutes.ECOUTES,
        taches=lambda _: (creances_ecoutes.REVUE, creances_ecoutes.REVEILS),
        degradations={"revues": creances_vues.revues_mises_de_cote},
        copies=(faits, rectifications, demandes, abonnements),
    ),
    Aire(
        nom="factures",
        branchements=(Branchement(PortsFactures, _factures),),
        publications=factures_publications.PUBLICATIONS,
        routes=routes_de("facturation.factures.entrees.routes"),
        orphelins=factures_ecoutes.ORPHELINS,
        commandes=factures_commandes.COMMANDES,
        conserve=factures_vues.conservation,
    ),
    Aire(
        nom="emissions",
        branchements=(Branchement(PortsEmissions, _emissions),),
        routes=routes_de("facturation.emissions.entrees.routes"),
        taches=lambda reglages: (emissions_taches.emission(_inscriptions(reglages)),),
        degradations={"émissions": emissions_vues.emissions_mises_de_cote},
        commandes=emissions_commandes.COMMANDES,
    ),
    Aire(
        nom="saisies",
        branchements=(Branchement(PortsSaisies, _saisies),),
        publications=saisies_publications.PUBLICATIONS,
        routes=routes_de("facturation.saisies.entrees.routes"),
    ),
    Aire(
        nom="contestations",
        branchements=(Branchement(PortsContestations, _contestations),),
        publications=contestations_publications.PUBLICATIONS,
        routes=_routes_contestations,
        taches=lambda _: (contestations_taches.RAPPELS,),
        conserve=contestations_vues.conservation,
    ),
    Aire(
        nom="comptes",
        branchements=(Branchement(PortsComptes, _comptes),),
        publications=comptes_publications.PUBLICATIONS,
        routes=lambda reglages: [
            routeur
            for module in ("routes", "etats", "exports")
            for routeur in routes_de(f"facturation.comptes.entrees.{module}")(reglages)
        ],
    ),
    Aire(
        nom="bord",
        branchements=(Branchement(PortsBord, _bord),),
        routes=routes_de("facturation.bord.entrees"),
        jauges=JAUGES,
    ),
    Aire(
        nom="simulations",
        branchements=(Branchement(PortsSimulations, _simulations),),
        routes=routes_de("facturation.simulations.entrees.routes"),
        taches=lambda reglages: (
            simulations_taches.SIMULATION,
            simulations_taches.oubli(timedelta(days=reglages.simulations_jours)),
        ),
        conserve=lambda reglages: simulations_vues.conservation(reglages.simulations_jours),
    ),
)
"""Les aires, de la plus basse à la plus haute."""


SECTIONS = {
    "facturation": "Abonnements, exécutions, factures, montants saisis, règlements, états de"
    " compte, exports, tableau du mois.",
    "contestations": "Ce qu'un organisme répond d'un document : il valide ou conteste.",
    "simulations": "Ce qu'un changement de tarif coûterait, une projection, le budget.",
}
"""Les étiquettes des routes, et ce qu'elles regroupent."""


def service() -> Service[ReglagesFacturation]:
    """Le service de facturation."""
    return Service(
        nom="facturation",
        titre="Facturation",
        port=8003,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        annuaire=ANNUAIRE,
        reglages=ReglagesFacturation,
        aires=AIRES,
        sections=SECTIONS,
        exemples=Path(__file__).with_name("exemples.json"),
    )
