"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from noyau import ANNUAIRE
from sla.alertes.adaptateurs import publications as alertes_publications
from sla.alertes.adaptateurs.depots import AlertesSql
from sla.alertes.entrees.taches import ALERTES
from sla.alertes.ports import Ports as PortsAlertes
from sla.base import metadonnees
from sla.disponibilites.adaptateurs import publications as disponibilites_publications
from sla.disponibilites.adaptateurs.depots import (
    AlarmesSql,
    ClientelesSql,
    IndisponibilitesSql,
    MinutesSql,
    SignalementsSql,
)
from sla.disponibilites.adaptateurs.jauges import JAUGES as DISPONIBILITES_JAUGES
from sla.disponibilites.adaptateurs.reference import lire_reculs
from sla.disponibilites.adaptateurs.services import ServicesSql
from sla.disponibilites.adaptateurs.tables import inactivites, inscriptions, minutes, mois_comptes
from sla.disponibilites.cas_usage.comptes import RejeuEtMinutes
from sla.disponibilites.entrees import ecoutes as disponibilites_ecoutes
from sla.disponibilites.entrees.taches import MINUTES
from sla.disponibilites.ports import Ports as PortsDisponibilites
from sla.exclusions.adaptateurs import publications as exclusions_publications
from sla.exclusions.adaptateurs.depots import ContestationsSql, DecisionsSql, ExclusionsSql
from sla.exclusions.adaptateurs.reference import lire_regles
from sla.exclusions.ports import Ports as PortsExclusions
from sla.fiches.adaptateurs.depots import CalendriersSql, FichesSql
from sla.fiches.adaptateurs.tables import (
    calendriers,
    fiches,
    fins_de_statu_quo,
    retraits,
    statu_quo,
)
from sla.fiches.entrees import ecoutes as fiches_ecoutes
from sla.fiches.ports import Ports as PortsFiches
from sla.histoires import entrees as histoires_entrees
from sla.histoires.adaptateurs.depots import HistoiresSql
from sla.histoires.adaptateurs.tables import histoires, rectifications
from sla.histoires.ports import Ports as PortsHistoires
from sla.mesures.adaptateurs.depots import MesuresSql
from sla.mesures.adaptateurs.tables import comptes, mesures, sujets
from sla.mesures.cas_usage import Rejeu
from sla.mesures.entrees.taches import REJEU
from sla.mesures.ports import Ports as PortsMesures
from sla.rapports.adaptateurs.depots import ExecutionsSql, FaitsSql, GardesSql
from sla.rapports.adaptateurs.reference import conservation as conservation_des_rapports
from sla.rapports.adaptateurs.reference import lire_conservation
from sla.rapports.entrees.taches import PURGE, RAPPORTS
from sla.rapports.ports import Ports as PortsRapports
from sla.recalculs.adaptateurs import publications as recalculs_publications
from sla.recalculs.adaptateurs.depots import RecalculsSql
from sla.recalculs.entrees.taches import RECALCULS
from sla.recalculs.ports import Ports as PortsRecalculs
from sla.taux.adaptateurs import publications as taux_publications
from sla.taux.adaptateurs.depots import CorrectionsSql, FermeturesSql
from sla.taux.adaptateurs.jauges import JAUGES
from sla.taux.adaptateurs.lus import TauxConnusSql
from sla.taux.adaptateurs.reference import lire_publications
from sla.taux.entrees.commandes import COMMANDES
from sla.taux.entrees.taches import CORRECTIONS, DUREES, FERMETURES, JALONS_VUS
from sla.taux.ports import Ports as PortsTaux
from socle.bd.connexion import Connexion
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Service, routes_de

if TYPE_CHECKING:
    from socle.web import Routeur

_REGLES: Final = lire_regles()
_RECULS: Final = lire_reculs()
_PUBLICATIONS: Final = lire_publications()
_CONSERVATION: Final = lire_conservation()


def _mesures(connexion: Connexion) -> PortsMesures:
    return PortsMesures(
        FichesSql(connexion),
        HistoiresSql(connexion),
        MesuresSql(connexion),
        CalendriersSql(connexion),
        DecisionsSql(connexion),
    )


def _taux(connexion: Connexion) -> PortsTaux:
    return PortsTaux(
        FichesSql(connexion),
        CalendriersSql(connexion),
        FermeturesSql(connexion),
        CorrectionsSql(connexion),
        _PUBLICATIONS,
        _REGLES,
    )


def _rapports(connexion: Connexion) -> PortsRapports:
    return PortsRapports(
        FichesSql(connexion),
        CalendriersSql(connexion),
        TauxConnusSql(connexion),
        FaitsSql(connexion),
        _PUBLICATIONS,
        ExecutionsSql(connexion),
        GardesSql(connexion),
        _CONSERVATION,
    )


def _disponibilites(connexion: Connexion) -> PortsDisponibilites:
    return PortsDisponibilites(
        fiches=FichesSql(connexion),
        calendriers=CalendriersSql(connexion),
        services=ServicesSql(connexion),
        clienteles=ClientelesSql(connexion),
        indisponibilites=IndisponibilitesSql(connexion),
        minutes=MinutesSql(connexion),
        signalements=SignalementsSql(connexion),
        alarmes=AlarmesSql(connexion),
        reculs=_RECULS,
        contestations=ContestationsSql(connexion),
    )


# Fiches, faits nouveaux et décisions font rejouer des mesures, dans leur propre transaction.
def _fiches(connexion: Connexion) -> PortsFiches:
    mesures = _mesures(connexion)
    rejeu = RejeuEtMinutes(Rejeu(mesures), _disponibilites(connexion).minutes)
    return PortsFiches(mesures.fiches, mesures.calendriers, rejeu)


def _histoires(connexion: Connexion) -> PortsHistoires:
    mesures = _mesures(connexion)
    return PortsHistoires(mesures.fiches, mesures.histoires, Rejeu(mesures))


def _exclusions(connexion: Connexion) -> PortsExclusions:
    mesures = _mesures(connexion)
    return PortsExclusions(
        fiches=mesures.fiches,
        histoires=mesures.histoires,
        exclusions=ExclusionsSql(connexion),
        contestations=ContestationsSql(connexion),
        mesures=mesures.mesures,
        indisponibilites=IndisponibilitesSql(connexion),
        rejeu=Rejeu(mesures),
        regles=_REGLES,
    )


def _alertes(connexion: Connexion) -> PortsAlertes:
    return PortsAlertes(AlertesSql(connexion), CalendriersSql(connexion))


def _recalculs(connexion: Connexion) -> PortsRecalculs:
    mesures, taux = _mesures(connexion), _taux(connexion)
    disponibilites = _disponibilites(connexion)
    return PortsRecalculs(
        fiches=mesures.fiches,
        calendriers=mesures.calendriers,
        histoires=mesures.histoires,
        decisions=mesures.decisions,
        mesures=mesures.mesures,
        fermetures=taux.fermetures,
        corrections=taux.corrections,
        taux=TauxConnusSql(connexion),
        services=disponibilites.services,
        clienteles=disponibilites.clienteles,
        indisponibilites=disponibilites.indisponibilites,
        recalculs=RecalculsSql(connexion),
    )


def _routes_disponibilites(_: Reglages) -> "tuple[Routeur, ...]":
    modules = ("routes_signalements", "routes_minutes", "routes")
    return tuple(import_module(f"sla.disponibilites.entrees.{nom}").routes for nom in modules)


AIRES: tuple[Aire[Reglages], ...] = (
    Aire(
        nom="fiches",
        branchements=(Branchement(PortsFiches, _fiches),),
        routes=routes_de("sla.fiches.entrees.routes"),
        relisible=True,
        ecoutes=fiches_ecoutes.ECOUTES,
        copies=(fiches, retraits, statu_quo, fins_de_statu_quo, calendriers),
    ),
    Aire(
        nom="histoires",
        branchements=(Branchement(PortsHistoires, _histoires),),
        ecoutes=histoires_entrees.ECOUTES,
        copies=(histoires, rectifications),
    ),
    Aire(
        nom="exclusions",
        branchements=(Branchement(PortsExclusions, _exclusions),),
        publications=exclusions_publications.PUBLICATIONS,
        routes=routes_de("sla.exclusions.entrees.routes"),
    ),
    Aire(
        nom="mesures",
        branchements=(Branchement(PortsMesures, _mesures),),
        routes=routes_de("sla.mesures.entrees.routes"),
        taches=lambda _: (REJEU,),
        copies=(sujets, mesures, comptes),
    ),
    Aire(
        nom="disponibilites",
        branchements=(Branchement(PortsDisponibilites, _disponibilites),),
        publications=disponibilites_publications.PUBLICATIONS,
        routes=_routes_disponibilites,
        ecoutes=disponibilites_ecoutes.ECOUTES,
        taches=lambda _: (MINUTES,),
        jauges=DISPONIBILITES_JAUGES,
        copies=(inscriptions, inactivites, mois_comptes, minutes),
    ),
    Aire(
        nom="taux",
        branchements=(Branchement(PortsTaux, _taux),),
        publications=taux_publications.PUBLICATIONS,
        routes=routes_de("sla.taux.entrees.routes"),
        taches=lambda _: (FERMETURES, CORRECTIONS, DUREES, JALONS_VUS),
        jauges=JAUGES,
        commandes=COMMANDES,
    ),
    Aire(
        nom="alertes",
        branchements=(Branchement(PortsAlertes, _alertes),),
        publications=alertes_publications.PUBLICATIONS,
        routes=routes_de("sla.alertes.entrees.routes"),
        taches=lambda _: (ALERTES,),
    ),
    Aire(
        nom="recalculs",
        branchements=(Branchement(PortsRecalculs, _recalculs),),
        publications=recalculs_publications.PUBLICATIONS,
        routes=routes_de("sla.recalculs.entrees.routes"),
        taches=lambda _: (RECALCULS,),
    ),
    Aire(
        nom="rapports",
        branchements=(Branchement(PortsRapports, _rapports),),
        routes=routes_de("sla.rapports.entrees.routes"),
        taches=lambda _: (RAPPORTS, PURGE),
        conserve=conservation_des_rapports,
    ),
)
"""Les aires, de la plus basse à la plus haute."""


SECTIONS = {
    "disponibilites": "Les services mesurés, ce qui les interrompt, les minutes qu'il en reste.",
    "indicateurs": "Ce qui se mesure : indicateurs, calendrier tenu, taux, périodes fermées.",
    "mesures": "Chaque sujet mesuré, son verdict expliqué, ce qui en est exclu ou annoncé.",
    "contestations": "Ce qu'une personne exclut d'un taux, et ce qu'un organisme en conteste.",
    "recalculs": "Ce qu'un calendrier ou une fiche changerait, avant de les publier.",
    "rapports": "Le rapport de chaque mois, en page et sur papier.",
}
"""Les étiquettes des routes, et ce qu'elles regroupent."""


def service() -> Service[Reglages]:
    """Le service des niveaux de service."""
    return Service(
        nom="sla",
        titre="Niveaux de service",
        port=8004,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        annuaire=ANNUAIRE,
        reglages=Reglages,
        aires=AIRES,
        sections=SECTIONS,
        exemples=Path(__file__).with_name("exemples.json"),
    )
