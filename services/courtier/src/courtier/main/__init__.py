"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from pathlib import Path

from contrats import EVENEMENTS
from courtier.acces.adaptateurs import vues as acces_vues
from courtier.acces.ports import Ports as PortsAcces
from courtier.avenants.adaptateurs import publications as avenants_publications
from courtier.avenants.ports import Ports as PortsAvenants
from courtier.base import metadonnees
from courtier.bord.adaptateurs.jauges import JAUGES
from courtier.bord.ports import Ports as PortsBord
from courtier.calendriers import entrees as calendriers_entrees
from courtier.calendriers.adaptateurs.depots import CalendriersSql
from courtier.calendriers.adaptateurs.tables import calendriers
from courtier.calendriers.ports import Ports as PortsCalendriers
from courtier.catalogue.adaptateurs import publications as catalogue_publications
from courtier.catalogue.ports import Ports as PortsCatalogue
from courtier.commentaires.ports import Ports as PortsCommentaires
from courtier.conclus.ports import Ports as PortsConclus
from courtier.conservation.adaptateurs import vues as conservation_vues
from courtier.conservation.ports import Ports as PortsConservation
from courtier.consommation.adaptateurs import publications as consommation_publications
from courtier.consommation.ports import Ports as PortsConsommation
from courtier.contrats.adaptateurs import publications as contrats_publications
from courtier.contrats.entrees.taches import ECHEANCES
from courtier.contrats.ports import Ports as PortsContrats
from courtier.differends.ports import Ports as PortsDifferends
from courtier.dossiers.adaptateurs import publications as dossiers_publications
from courtier.dossiers.ports import Ports as PortsDossiers
from courtier.evaluations.adaptateurs import publications as evaluations_publications
from courtier.evaluations.entrees.taches import EVALUATIONS_TUES
from courtier.evaluations.ports import Ports as PortsEvaluations
from courtier.frais import entrees as frais_entrees
from courtier.frais.adaptateurs.depots import GrillesSql
from courtier.frais.adaptateurs.tables import grilles
from courtier.frais.adaptateurs.tables import retraits as retraits_de_grilles
from courtier.frais.ports import Ports as PortsFrais
from courtier.main import branchements as b
from courtier.obligations.adaptateurs import publications as obligations_publications
from courtier.obligations.adaptateurs.depots import ObligationsSql
from courtier.obligations.entrees.taches import RAPPELS, SILENCES
from courtier.obligations.ports import Ports as PortsObligations
from courtier.organismes.adaptateurs.tables import mandats, organismes, retraits, substitutions
from courtier.organismes.entrees import ECOUTES
from courtier.organismes.ports import Ports as PortsOrganismes
from courtier.prestataires.ports import Ports as PortsPrestataires
from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.ports import Ports as PortsSeao
from courtier.sortie.ports import Ports as PortsSortie
from noyau import ANNUAIRE
from socle.execution.deroulement import Branchement
from socle.reglages import Reglages
from socle.service import Aire, Service, routes_de

_SERVICE = Path(__file__).parents[1]

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
        branchements=(Branchement(PortsOrganismes, b.organismes),),
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
        taches=lambda _: (RAPPELS, SILENCES),
    ),
    Aire(
        nom="frais",
        branchements=(Branchement(PortsFrais, lambda cx: PortsFrais(GrillesSql(cx))),),
        ecoutes=frais_entrees.ECOUTES,
        copies=(grilles, retraits_de_grilles),
    ),
    Aire(
        nom="acces",
        branchements=(Branchement(PortsAcces, b.acces),),
        routes=routes_de("courtier.acces.entrees.routes"),
        conserve=acces_vues.conservation,
        sensibles=(
            "/v1/acces",
            "/v1/acces/admissibilites",
            "/v1/acces/{compte_id}/decision",
            "/v1/acces/{compte_id}/retrait",
        ),
    ),
    Aire(
        nom="catalogue",
        branchements=(Branchement(PortsCatalogue, b.catalogue),),
        publications=catalogue_publications.PUBLICATIONS,
        routes=routes_de(
            "courtier.catalogue.entrees.routes_fournisseurs", "courtier.catalogue.entrees.routes"
        ),
        relisible=True,
    ),
    Aire(
        nom="prestataires",
        branchements=(Branchement(PortsPrestataires, b.prestataires),),
        routes=routes_de("courtier.prestataires.entrees.routes"),
    ),
    Aire(
        nom="commentaires",
        branchements=(Branchement(PortsCommentaires, b.commentaires),),
        routes=routes_de("courtier.commentaires.entrees.routes"),
    ),
    Aire(
        nom="dossiers",
        branchements=(Branchement(PortsDossiers, b.dossiers),),
        publications=dossiers_publications.PUBLICATIONS,
        routes=routes_de(
            "courtier.dossiers.entrees.routes_dossiers",
            "courtier.dossiers.entrees.routes_analyses",
            "courtier.dossiers.entrees.routes_demarrage",
        ),
    ),
    Aire(
        nom="contrats",
        branchements=(Branchement(PortsContrats, b.contrats),),
        publications=contrats_publications.PUBLICATIONS,
        routes=routes_de("courtier.contrats.entrees.routes"),
        taches=lambda _: (ECHEANCES,),
    ),
    Aire(
        nom="avenants",
        branchements=(Branchement(PortsAvenants, b.avenants),),
        publications=avenants_publications.PUBLICATIONS,
        routes=routes_de("courtier.avenants.entrees.routes"),
    ),
    Aire(
        nom="consommation",
        branchements=(Branchement(PortsConsommation, b.consommation),),
        publications=consommation_publications.PUBLICATIONS,
        routes=routes_de("courtier.consommation.entrees.routes"),
    ),
    Aire(nom="suivi"),
    Aire(
        nom="evaluations",
        branchements=(Branchement(PortsEvaluations, b.evaluations),),
        publications=evaluations_publications.PUBLICATIONS,
        routes=routes_de("courtier.evaluations.entrees.routes"),
        taches=lambda _: (EVALUATIONS_TUES,),
    ),
    Aire(
        nom="differends",
        branchements=(Branchement(PortsDifferends, b.differends),),
        routes=routes_de(
            "courtier.differends.entrees.routes", "courtier.differends.entrees.incidents"
        ),
    ),
    Aire(
        nom="sortie",
        branchements=(Branchement(PortsSortie, b.sortie),),
        routes=routes_de("courtier.sortie.entrees.routes"),
    ),
    Aire(
        nom="conclus",
        branchements=(Branchement(PortsConclus, b.conclus),),
        routes=routes_de("courtier.conclus.entrees.routes"),
    ),
    Aire(
        nom="conservation",
        branchements=(Branchement(PortsConservation, b.conservation),),
        routes=routes_de("courtier.conservation.entrees.routes"),
        conserve=conservation_vues.conservation,
    ),
    Aire(
        nom="seao",
        branchements=(Branchement(PortsSeao, b.seao),),
        routes=routes_de("courtier.seao.entrees.routes", "courtier.seao.entrees.ouvertes"),
    ),
    Aire(
        nom="bord",
        branchements=(Branchement(PortsBord, b.bord),),
        routes=routes_de("courtier.bord.entrees.routes"),
        jauges=JAUGES,
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
    "bord": "Ce qui attend le Courtier, le dirigeant d'un organisme, son signataire.",
}
"""Les étiquettes des routes, et ce qu'elles regroupent."""


def service() -> Service[Reglages]:
    """Le service du Courtier; lève dès le départ si ses données sont illisibles."""
    b.categories()
    b.normes()
    b.criteres()
    b.ordre_du_jour()
    lire_profil()
    return Service(
        nom="courtier",
        titre="Courtier en infonuagique",
        port=8005,
        tables=metadonnees,
        migrations=_SERVICE.parents[1] / "migrations",
        annuaire=ANNUAIRE,
        reglages=Reglages,
        aires=AIRES,
        evenements=EVENEMENTS.values(),
        sections=SECTIONS,
        exemples=_SERVICE / "exemples.json",
    )
