"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from contrats import EVENEMENTS
from courtier.acces.adaptateurs.depots import AdmissibilitesSql, ComptesSql, DiffusionSql
from courtier.acces.ports import Ports as PortsAcces
from courtier.avenants.adaptateurs import publications as avenants_publications
from courtier.avenants.adaptateurs.depots import AvenantsSql
from courtier.avenants.ports import Ports as PortsAvenants
from courtier.base import metadonnees
from courtier.calendriers import entrees as calendriers_entrees
from courtier.calendriers.adaptateurs.depots import CalendriersSql
from courtier.calendriers.adaptateurs.tables import calendriers
from courtier.calendriers.ports import Ports as PortsCalendriers
from courtier.catalogue.adaptateurs import publications as catalogue_publications
from courtier.catalogue.adaptateurs.depots import FournisseursSql, OffresSql
from courtier.catalogue.adaptateurs.lecture import CatalogueSql
from courtier.catalogue.adaptateurs.reference import lire_categories
from courtier.catalogue.ports import Ports as PortsCatalogue
from courtier.commentaires.adaptateurs.depots import CommentairesSql
from courtier.commentaires.ports import Ports as PortsCommentaires
from courtier.conclus.adaptateurs.depots import InscriptionsSql
from courtier.conclus.cas_usage import Inscrire
from courtier.conclus.ports import Ports as PortsConclus
from courtier.conservation.adaptateurs.depots import DemandesSql, DestructionsSql, GelsSql
from courtier.conservation.ports import Ports as PortsConservation
from courtier.consommation.adaptateurs import publications as consommation_publications
from courtier.consommation.adaptateurs.depots import ConsommationsSql
from courtier.consommation.ports import Ports as PortsConsommation
from courtier.contrats.adaptateurs import publications as contrats_publications
from courtier.contrats.adaptateurs.depots import ContratsSql
from courtier.contrats.ports import Ports as PortsContrats
from courtier.contrats.ports import Repercussion
from courtier.differends.adaptateurs.depots import DifferendsSql, IncidentsSql
from courtier.differends.ports import Ports as PortsDifferends
from courtier.dossiers.adaptateurs import publications as dossiers_publications
from courtier.dossiers.adaptateurs.depots import AvertisseurSql, DecretsSql, DossiersSql
from courtier.dossiers.adaptateurs.reference import lire_ordre_du_jour
from courtier.dossiers.ports import Acquisitions
from courtier.dossiers.ports import Ports as PortsDossiers
from courtier.evaluations.adaptateurs.depots import EvaluationsSql
from courtier.evaluations.adaptateurs.reference import lire_criteres
from courtier.evaluations.cas_usage.finales import EvaluerALaFin
from courtier.evaluations.ports import Ports as PortsEvaluations
from courtier.normes.adaptateurs.reference import lire_normes
from courtier.obligations.adaptateurs import publications as obligations_publications
from courtier.obligations.adaptateurs.depots import ObligationsSql
from courtier.obligations.entrees.taches import RAPPELS
from courtier.obligations.ports import Ports as PortsObligations
from courtier.organismes.adaptateurs.depots import MandatsSql, OrganismesSql
from courtier.organismes.adaptateurs.tables import mandats, organismes, retraits, substitutions
from courtier.organismes.entrees import ECOUTES
from courtier.organismes.ports import Ports as PortsOrganismes
from courtier.pieces.adaptateurs.depots import PiecesSql
from courtier.prestataires.adaptateurs.depots import PrestatairesSql
from courtier.prestataires.ports import Ports as PortsPrestataires
from courtier.seao.adaptateurs.depots import FournisseursSql as FournisseursPublies
from courtier.seao.adaptateurs.depots import PublicationsSql
from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.cas_usage import PublierAuSeao
from courtier.seao.ports import Ports as PortsSeao
from courtier.sortie.adaptateurs.depots import SortiesSql
from courtier.sortie.cas_usage import PreparerLaSortie
from courtier.sortie.ports import Ports as PortsSortie
from courtier.suivi.adaptateurs.vues import ContratsConclusSql
from noyau import ANNUAIRE
from socle.bd.connexion import Connexion
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Service, routes_de

if TYPE_CHECKING:
    from socle.web import Routeur

_categories = cache(lire_categories)
_normes = cache(lire_normes)
_criteres = cache(lire_criteres)
_ordre_du_jour = cache(lire_ordre_du_jour)


def _acces(connexion: Connexion) -> PortsAcces:
    admissibilites = AdmissibilitesSql(connexion)
    return PortsAcces(
        comptes=ComptesSql(connexion),
        admissibilites=admissibilites,
        droits=admissibilites,
        inscriptions=DiffusionSql(connexion),
        organismes=OrganismesSql(connexion),
    )


def _catalogue(connexion: Connexion) -> PortsCatalogue:
    return PortsCatalogue(
        fournisseurs=FournisseursSql(connexion, _categories()),
        offres=OffresSql(connexion, _categories()),
        catalogue=CatalogueSql(connexion),
        calendriers=CalendriersSql(connexion),
        droits=AdmissibilitesSql(connexion),
        avertisseur=AvertisseurSql(connexion),
        categories=_categories(),
    )


def _prestataires(connexion: Connexion) -> PortsPrestataires:
    return PortsPrestataires(PrestatairesSql(connexion), AdmissibilitesSql(connexion))


def _commentaires(connexion: Connexion) -> PortsCommentaires:
    return PortsCommentaires(CommentairesSql(connexion), CatalogueSql(connexion))


def _acquisitions(connexion: Connexion) -> Acquisitions:
    return Acquisitions(DossiersSql(connexion), CatalogueSql(connexion), OrganismesSql(connexion))


def _dossiers(connexion: Connexion) -> PortsDossiers:
    return PortsDossiers(
        _acquisitions(connexion), DecretsSql(connexion), PiecesSql(connexion), _ordre_du_jour()
    )


def _contrats(connexion: Connexion) -> PortsContrats:
    return PortsContrats(
        contrats=ContratsSql(connexion),
        acquisitions=_acquisitions(connexion),
        catalogue=CatalogueSql(connexion),
        organismes=OrganismesSql(connexion),
        mandats=MandatsSql(connexion),
        calendriers=CalendriersSql(connexion),
        obligations=ObligationsSql(connexion),
        pieces=PiecesSql(connexion),
        normes=_normes(),
        repercussions=_repercussions(connexion),
    )


def _repercussions(connexion: Connexion) -> tuple[Repercussion, ...]:
    """Ce qui suit un contrat dans sa transaction, de la plus basse aire à la plus haute."""
    return (
        EvaluerALaFin(_evaluations(connexion)),
        PreparerLaSortie(_sortie(connexion)),
        Inscrire(_conclus(connexion)),
        PublierAuSeao(_seao(connexion)),
    )


def _avenants(connexion: Connexion) -> PortsAvenants:
    return PortsAvenants(
        avenants=AvenantsSql(connexion),
        contrats=ContratsSql(connexion),
        catalogue=CatalogueSql(connexion),
        organismes=OrganismesSql(connexion),
        mandats=MandatsSql(connexion),
        calendriers=CalendriersSql(connexion),
        obligations=ObligationsSql(connexion),
        pieces=PiecesSql(connexion),
        engagements=ConsommationsSql(connexion),
        normes=_normes(),
        repercussions=_repercussions(connexion),
    )


def _consommation(connexion: Connexion) -> PortsConsommation:
    return PortsConsommation(
        consommations=ConsommationsSql(connexion),
        contrats=ContratsSql(connexion),
        organismes=OrganismesSql(connexion),
        normes=_normes(),
    )


def _evaluations(connexion: Connexion) -> PortsEvaluations:
    return PortsEvaluations(
        evaluations=EvaluationsSql(connexion),
        contrats=ContratsConclusSql(connexion),
        organismes=OrganismesSql(connexion),
        pieces=PiecesSql(connexion),
        obligations=ObligationsSql(connexion),
        calendriers=CalendriersSql(connexion),
        normes=_normes(),
        criteres=_criteres(),
    )


def _differends(connexion: Connexion) -> PortsDifferends:
    return PortsDifferends(
        differends=DifferendsSql(connexion),
        incidents=IncidentsSql(connexion),
        contrats=ContratsConclusSql(connexion),
        normes=_normes(),
    )


def _sortie(connexion: Connexion) -> PortsSortie:
    return PortsSortie(
        sorties=SortiesSql(connexion),
        contrats=ContratsConclusSql(connexion),
        pieces=PiecesSql(connexion),
        obligations=ObligationsSql(connexion),
        normes=_normes(),
    )


def _conclus(connexion: Connexion) -> PortsConclus:
    return PortsConclus(
        inscriptions=InscriptionsSql(connexion),
        contrats=ContratsConclusSql(connexion),
        organismes=OrganismesSql(connexion),
        normes=_normes(),
    )


def _conservation(connexion: Connexion) -> PortsConservation:
    return PortsConservation(
        contrats=ContratsConclusSql(connexion),
        pieces=PiecesSql(connexion),
        gels=GelsSql(connexion),
        destructions=DestructionsSql(connexion),
        demandes=DemandesSql(connexion),
        obligations=ObligationsSql(connexion),
        calendriers=CalendriersSql(connexion),
        normes=_normes(),
    )


def _seao(connexion: Connexion) -> PortsSeao:
    return PortsSeao(
        publications=PublicationsSql(connexion),
        contrats=ContratsSql(connexion),
        fournisseurs=FournisseursPublies(connexion),
        catalogue=CatalogueSql(connexion),
        organismes=OrganismesSql(connexion),
        obligations=ObligationsSql(connexion),
        normes=_normes(),
        profil=lire_profil(),
    )


def _organismes(connexion: Connexion) -> PortsOrganismes:
    return PortsOrganismes(OrganismesSql(connexion), MandatsSql(connexion))


def _routes_catalogue(reglages: Reglages) -> "tuple[Routeur, ...]":
    modules = ("routes_fournisseurs", "routes")
    return tuple(
        routeur
        for nom in modules
        for routeur in routes_de(f"courtier.catalogue.entrees.{nom}")(reglages)
    )


def _routes_dossiers(reglages: Reglages) -> Sequence["Routeur"]:
    modules = ("routes_dossiers", "routes_analyses", "routes_demarrage")
    return [
        route
        for module in modules
        for route in routes_de(f"courtier.dossiers.entrees.{module}")(reglages)
    ]


AIRES: tuple[Aire[Reglages], ...] = (
    Aire(
        nom="calendriers",
        branchements=(
            Branchement(PortsCalendriers, lambda cx: PortsCalendriers(CalendriersSql(cx))),
        ),
        ecoutes=calendriers_entrees.ECOUTES,
        copies=(calendriers,),
    ),
    Aire(
        nom="organismes",
        branchements=(Branchement(PortsOrganismes, _organismes),),
        ecoutes=ECOUTES,
        copies=(organismes, mandats, retraits, substitutions),
    ),
    Aire(nom="normes"),
    Aire(nom="pieces"),
    Aire(
        nom="obligations",
        branchements=(
            Branchement(PortsObligations, lambda cx: PortsObligations(ObligationsSql(cx))),
        ),
        publications=obligations_publications.PUBLICATIONS,
        routes=routes_de("courtier.obligations.entrees.routes"),
        taches=lambda _: (RAPPELS,),
    ),
    Aire(
        nom="acces",
        branchements=(Branchement(PortsAcces, _acces),),
        routes=routes_de("courtier.acces.entrees.routes"),
    ),
    Aire(
        nom="catalogue",
        branchements=(Branchement(PortsCatalogue, _catalogue),),
        publications=catalogue_publications.PUBLICATIONS,
        routes=_routes_catalogue,
        relisible=True,
    ),
    Aire(
        nom="prestataires",
        branchements=(Branchement(PortsPrestataires, _prestataires),),
        routes=routes_de("courtier.prestataires.entrees.routes"),
    ),
    Aire(
        nom="commentaires",
        branchements=(Branchement(PortsCommentaires, _commentaires),),
        routes=routes_de("courtier.commentaires.entrees.routes"),
    ),
    Aire(
        nom="dossiers",
        branchements=(Branchement(PortsDossiers, _dossiers),),
        publications=dossiers_publications.PUBLICATIONS,
        routes=_routes_dossiers,
    ),
    Aire(
        nom="contrats",
        branchements=(Branchement(PortsContrats, _contrats),),
        publications=contrats_publications.PUBLICATIONS,
        routes=routes_de("courtier.contrats.entrees.routes"),
    ),
    Aire(
        nom="avenants",
        branchements=(Branchement(PortsAvenants, _avenants),),
        publications=avenants_publications.PUBLICATIONS,
        routes=routes_de("courtier.avenants.entrees.routes"),
    ),
    Aire(
        nom="consommation",
        branchements=(Branchement(PortsConsommation, _consommation),),
        publications=consommation_publications.PUBLICATIONS,
        routes=routes_de("courtier.consommation.entrees.routes"),
    ),
    Aire(nom="suivi"),
    Aire(
        nom="evaluations",
        branchements=(Branchement(PortsEvaluations, _evaluations),),
        routes=routes_de("courtier.evaluations.entrees.routes"),
    ),
    Aire(
        nom="differends",
        branchements=(Branchement(PortsDifferends, _differends),),
        routes=lambda r: (
            *routes_de("courtier.differends.entrees.routes")(r),
            *routes_de("courtier.differends.entrees.incidents")(r),
        ),
    ),
    Aire(
        nom="sortie",
        branchements=(Branchement(PortsSortie, _sortie),),
        routes=routes_de("courtier.sortie.entrees.routes"),
    ),
    Aire(
        nom="conclus",
        branchements=(Branchement(PortsConclus, _conclus),),
        routes=routes_de("courtier.conclus.entrees.routes"),
    ),
    Aire(
        nom="conservation",
        branchements=(Branchement(PortsConservation, _conservation),),
        routes=routes_de("courtier.conservation.entrees.routes"),
    ),
    Aire(
        nom="seao",
        branchements=(Branchement(PortsSeao, _seao),),
        routes=routes_de("courtier.seao.entrees.routes", "courtier.seao.entrees.ouvertes"),
    ),
)
"""Les aires, de la plus basse à la plus haute."""


SECTIONS = {
    "acces": "L'accès au Catalogue : comptes des personnes, organismes admissibles, diffusion.",
    "catalogue": "Le Catalogue infonuagique : fournisseurs, ententes-cadres, offres et prix.",
    "prestataires": "Les prestataires de services qualifiés.",
    "commentaires": "Ce que les organismes disent au Courtier, et ce qu'il répond.",
    "dossiers": "Les dossiers d'acquisition : cinq étapes, ce qui manque, le plus bas prix.",
    "contrats": "Les contrats spécifiques : préparation, signatures, copie, refus, résiliation.",
    "avenants": "Ce qui change d'un contrat conclu, signé des deux parties.",
    "consommation": "Les commandes et les factures d'un contrat, et ce qu'il en reste.",
    "obligations": "Ce qu'un organisme doit à une date : liste, rappels, calendrier.",
    "evaluations": "L'évaluation du rendement d'un fournisseur, chaque année et à la fin.",
    "differends": "Les différends, plaintes, incidents de confidentialité et manquements.",
    "sortie": "La transition à la sortie d'un contrat : plan, activités, données, achèvement.",
    "conclus": "La liste des contrats conclus, et les personnes-ressources qui y consentent.",
    "conservation": "Les pièces d'un contrat : dépôt, demandes, gels, destruction attestée.",
    "seao": "La publication des contrats au SEAO, et leurs données ouvertes (OCDS).",
}
"""Les étiquettes des routes, et ce qu'elles regroupent."""


def service() -> Service[Reglages]:
    """Le service du Courtier; lève dès le départ si ses données sont illisibles."""
    _categories()
    _normes()
    _criteres()
    _ordre_du_jour()
    lire_profil()
    return Service(
        nom="courtier",
        titre="Courtier en infonuagique",
        port=8005,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        annuaire=ANNUAIRE,
        reglages=Reglages,
        aires=AIRES,
        evenements=EVENEMENTS.values(),
        sections=SECTIONS,
        exemples=Path(__file__).with_name("exemples.json"),
    )
