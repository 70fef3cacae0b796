"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from pathlib import Path
from typing import Final

from noyau import ANNUAIRE
from sla.base import metadonnees
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
from sla.taux.ports import Ports as PortsTaux
from socle.bd.connexion import Connexion
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Service, routes_de

_REGLES: Final = lire_regles()


def _mesures(connexion: Connexion) -> PortsMesures:
    return PortsMesures(
        FichesSql(connexion),
        HistoiresSql(connexion),
        MesuresSql(connexion),
        CalendriersSql(connexion),
        DecisionsSql(connexion),
    )


# Fiches, faits nouveaux et décisions font rejouer des mesures, dans leur propre transaction.
def _fiches(connexion: Connexion) -> PortsFiches:
    mesures = _mesures(connexion)
    return PortsFiches(mesures.fiches, mesures.calendriers, Rejeu(mesures))


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
        rejeu=Rejeu(mesures),
        regles=_REGLES,
    )


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
        nom="taux",
        branchements=(Branchement(PortsTaux, lambda cx: PortsTaux(FichesSql(cx))),),
        routes=routes_de("sla.taux.entrees.routes"),
    ),
)
"""Les aires, de la plus basse à la plus haute."""


SECTIONS = {
    "indicateurs": "Ce qui se mesure : indicateurs, calendrier tenu, taux atteints.",
    "mesures": "Chaque sujet mesuré, son verdict expliqué, ce qui en est exclu.",
    "contestations": "Ce qu'une personne exclut d'un taux, et ce qu'un organisme en conteste.",
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
