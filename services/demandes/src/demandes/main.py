"""La composition du service : le seul fichier qui connaisse toutes les aires."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from demandes.abonnements.adaptateurs import publications as abonnements_publications
from demandes.abonnements.adaptateurs.depots import AbonnementsSql
from demandes.abonnements.cas_usage import suivre_completions
from demandes.abonnements.ports import Ports as PortsAbonnements
from demandes.base import metadonnees
from demandes.calendriers import entrees as calendriers_entrees
from demandes.calendriers.adaptateurs.depots import CalendriersSql
from demandes.calendriers.adaptateurs.tables import calendriers
from demandes.calendriers.ports import Ports as PortsCalendriers
from demandes.clients.adaptateurs import publications as clients_publications
from demandes.clients.adaptateurs import vues as clients_vues
from demandes.clients.adaptateurs.depots import OrganismesSql
from demandes.clients.entrees import taches as clients_taches
from demandes.clients.ports import Ports as PortsClients
from demandes.demande.adaptateurs import jauges as demande_jauges
from demandes.demande.adaptateurs import publications as demande_publications
from demandes.demande.adaptateurs.depots import DemandesSql, RectificationsSql
from demandes.demande.cas_usage import poser_geste
from demandes.demande.ports import Ports as PortsDemande
from demandes.dictionnaire import DICTIONNAIRE
from demandes.ententes.adaptateurs import publications as ententes_publications
from demandes.ententes.adaptateurs.depots import EntentesSql
from demandes.ententes.ports import Ports as PortsEntentes
from demandes.itsm.adaptateurs import vues as itsm_vues
from demandes.itsm.adaptateurs.depots import ActesSql
from demandes.itsm.cas_usage import Differes
from demandes.itsm.entrees import commandes as itsm_commandes
from demandes.itsm.entrees import taches as itsm_taches
from demandes.itsm.ports import Ports as PortsItsm
from demandes.parc.adaptateurs import publications as parc_publications
from demandes.parc.adaptateurs.depots import ActifsSql
from demandes.parc.cas_usage import inscrire_mouvement, suivre_livraisons
from demandes.parc.ports import Ports as PortsParc
from demandes.parc.ports import PortsInventaires
from demandes.reglages import ReglagesDemandes
from demandes.ropn import entrees as ropn_entrees
from demandes.ropn.adaptateurs.depots import CopieSql, FichesSql, ProduitsSql
from demandes.ropn.adaptateurs.tables import fiches, fiches_retirees, prix, produits
from demandes.ropn.ports import Ports as PortsRopn
from demandes.soutien.adaptateurs import publications as soutien_publications
from demandes.soutien.adaptateurs import vues as soutien_vues
from demandes.soutien.adaptateurs.depots import SoutienSql
from demandes.soutien.cas_usage import inscrire_intervention, verifier_couverture
from demandes.soutien.entrees import taches as soutien_taches
from demandes.soutien.ports import Ports as PortsSoutien
from demandes.usages.adaptateurs import publications as usages_publications
from demandes.usages.adaptateurs.depots import UsagesSql
from demandes.usages.adaptateurs.reference import lire_bornes
from demandes.usages.ports import Ports as PortsUsages
from demandes.webhooks.adaptateurs import vues as webhooks_vues
from demandes.webhooks.adaptateurs.coffre import Coffre
from demandes.webhooks.adaptateurs.depots import WebhooksSql
from demandes.webhooks.adaptateurs.proxy import Proxy
from demandes.webhooks.domaine import Conditions
from demandes.webhooks.entrees import ecoutes as webhooks_ecoutes
from demandes.webhooks.entrees import taches as webhooks_taches
from demandes.webhooks.ports import Ports as PortsWebhooks
from noyau import ANNUAIRE
from socle.bd.connexion import Connexion
from socle.execution.deroulement import Branchement, lier
from socle.service import Aire, Service, routes_de

if TYPE_CHECKING:
    from socle.web import Routeur


_BORNES: Final = lire_bornes()


def _ropn(connexion: Connexion) -> PortsRopn:
    return PortsRopn(CopieSql(connexion))


def _clients(connexion: Connexion) -> PortsClients:
    return PortsClients(OrganismesSql(connexion))


def _parc(connexion: Connexion) -> PortsParc:
    return PortsParc(ActifsSql(connexion), RectificationsSql(connexion), ProduitsSql(connexion))


def _inventaires(connexion: Connexion) -> PortsInventaires:
    return PortsInventaires(
        ActifsSql(connexion),
        RectificationsSql(connexion),
        OrganismesSql(connexion),
        ProduitsSql(connexion),
    )


def _abonnements(connexion: Connexion) -> PortsAbonnements:
    return PortsAbonnements(AbonnementsSql(connexion), OrganismesSql(connexion))


def _soutien(connexion: Connexion) -> PortsSoutien:
    return PortsSoutien(
        SoutienSql(connexion),
        AbonnementsSql(connexion),
        RectificationsSql(connexion),
        OrganismesSql(connexion),
        CalendriersSql(connexion),
    )


def _usages(connexion: Connexion) -> PortsUsages:
    return PortsUsages(UsagesSql(connexion), OrganismesSql(connexion), _BORNES)


def _webhooks(connexion: Connexion) -> PortsWebhooks:
    return PortsWebhooks(WebhooksSql(connexion), OrganismesSql(connexion))


def _demande(connexion: Connexion) -> PortsDemande:
    """De quoi avancer une demande : ce qui en naît, dans l'ordre, et ce qui l'attendait."""
    return PortsDemande(
        DemandesSql(connexion),
        RectificationsSql(connexion),
        OrganismesSql(connexion),
        ProduitsSql(connexion),
        FichesSql(connexion),
        Differes(
            ActesSql(connexion),
            ActifsSql(connexion),
            lier(inscrire_mouvement, _parc(connexion)),
        ),
        repercussions=(
            lier(suivre_livraisons, _parc(connexion)),
            lier(suivre_completions, _abonnements(connexion)),
            lier(verifier_couverture, _soutien(connexion)),
        ),
    )


def _ententes(connexion: Connexion) -> PortsEntentes:
    return PortsEntentes(EntentesSql(connexion), DemandesSql(connexion), OrganismesSql(connexion))


def _itsm(connexion: Connexion) -> PortsItsm:
    return PortsItsm(
        ActesSql(connexion),
        DemandesSql(connexion),
        ActifsSql(connexion),
        poser=lier(poser_geste, _demande(connexion)),
        mouvoir=lier(inscrire_mouvement, _parc(connexion)),
        intervenir=lier(inscrire_intervention, _soutien(connexion)),
    )


def _conditions(reglages: ReglagesDemandes) -> Conditions:
    return Conditions(
        reseaux=reglages.webhooks_reseaux_permis,
        plafond=reglages.webhooks_par_organisme,
        types_d_organisme=webhooks_ecoutes.TYPES_D_ORGANISME,
    )


def _coffre(reglages: ReglagesDemandes) -> Coffre:
    return Coffre.ouvert_par(reglages.cles_de_chiffrement)


def _sortie(reglages: ReglagesDemandes) -> webhooks_taches.Sortie:
    """Par où sortent les envois; lève `ValueError` si un réglage ne s'y lit pas."""
    proxy = reglages.webhooks_proxy
    return webhooks_taches.Sortie(
        _coffre(reglages),
        reglages.webhooks_reseaux_permis,
        None if proxy is None else Proxy.lire(proxy.get_secret_value()),
    )


def _routes_parc(_: ReglagesDemandes) -> "tuple[Routeur, ...]":
    entrees = "demandes.parc.entrees"
    return tuple(import_module(f"{entrees}.{m}").routes for m in ("routes", "inventaires"))


def _routes_itsm(reglages: ReglagesDemandes) -> "tuple[Routeur, ...]":
    module = import_module("demandes.itsm.entrees.routes")
    return (module.routes(reglages.cles_itsm()),)


def _routes_webhooks(reglages: ReglagesDemandes) -> "tuple[Routeur, ...]":
    module = import_module("demandes.webhooks.entrees.routes")
    reglees = module.routes_reglees(_conditions(reglages), _coffre(reglages))
    return (module.routes, reglees)


AIRES: tuple[Aire[ReglagesDemandes], ...] = (
    Aire(
        nom="calendriers",
        branchements=(
            Branchement(PortsCalendriers, lambda cx: PortsCalendriers(CalendriersSql(cx))),
        ),
        ecoutes=calendriers_entrees.ECOUTES,
        copies=(calendriers,),
    ),
    Aire(
        nom="ropn",
        branchements=(Branchement(PortsRopn, _ropn),),
        ecoutes=ropn_entrees.ECOUTES,
        copies=(produits, prix, fiches, fiches_retirees),
    ),
    Aire(
        nom="clients",
        branchements=(Branchement(PortsClients, _clients),),
        publications=clients_publications.PUBLICATIONS,
        routes=routes_de("demandes.clients.entrees.routes"),
        taches=lambda _: clients_taches.TACHES,
        conserve=clients_vues.conservation,
        sensibles=(
            "/v1/organismes/{code}/signataires",
            "/v1/organismes/{code}/signataires/{signataire_id}/fin",
            "/v1/organismes/{code}/substitutions",
        ),
    ),
    Aire(
        nom="demande",
        branchements=(Branchement(PortsDemande, _demande),),
        publications=demande_publications.PUBLICATIONS,
        routes=routes_de("demandes.demande.entrees.routes"),
        jauges=demande_jauges.JAUGES,
    ),
    Aire(
        nom="ententes",
        branchements=(Branchement(PortsEntentes, _ententes),),
        publications=ententes_publications.PUBLICATIONS,
        routes=routes_de("demandes.ententes.entrees"),
    ),
    Aire(
        nom="parc",
        branchements=(Branchement(PortsParc, _parc), Branchement(PortsInventaires, _inventaires)),
        publications=parc_publications.PUBLICATIONS,
        routes=_routes_parc,
    ),
    Aire(
        nom="abonnements",
        branchements=(Branchement(PortsAbonnements, _abonnements),),
        publications=abonnements_publications.PUBLICATIONS,
        routes=routes_de("demandes.abonnements.entrees"),
    ),
    Aire(
        nom="soutien",
        branchements=(Branchement(PortsSoutien, _soutien),),
        publications=soutien_publications.PUBLICATIONS,
        routes=routes_de("demandes.soutien.entrees.routes"),
        taches=lambda _: soutien_taches.TACHES,
        jauges=soutien_vues.JAUGES,
    ),
    Aire(
        nom="usages",
        branchements=(Branchement(PortsUsages, _usages),),
        publications=usages_publications.PUBLICATIONS,
        routes=routes_de("demandes.usages.entrees"),
    ),
    Aire(
        nom="itsm",
        branchements=(Branchement(PortsItsm, _itsm),),
        routes=_routes_itsm,
        taches=lambda _: itsm_taches.TACHES,
        commandes=itsm_commandes.COMMANDES,
        jauges=itsm_vues.JAUGES,
    ),
    Aire(
        nom="webhooks",
        branchements=(Branchement(PortsWebhooks, _webhooks),),
        routes=_routes_webhooks,
        ecoutes=webhooks_ecoutes.ECOUTES,
        taches=lambda reglages: webhooks_taches.taches(_sortie(reglages)),
        jauges=webhooks_vues.JAUGES,
        conserve=webhooks_vues.conservation,
    ),
)
"""Les aires, de la plus basse à la plus haute."""


SECTIONS = {
    "organismes": "Le fichier client, le registre des signataires et les substitutions.",
    "demandes": "Le cycle de vie des demandes, de la création à la livraison.",
    "parc": "Les actifs livrés, les abonnements sans actif, le soutien étendu.",
    "usages": "Ce que les organismes consomment des services tarifés à l'usage.",
    "itsm": "Ce que l'outil de billets du CSC annonce, signé, et ce qu'il en est advenu.",
    "webhooks": "Les abonnés à nos événements, leurs clés et leurs envois.",
}
"""Les étiquettes des routes, et ce qu'elles regroupent."""


def service() -> Service[ReglagesDemandes]:
    """Le service des demandes."""
    return Service(
        nom="demandes",
        titre="Demandes",
        port=8002,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        annuaire=ANNUAIRE,
        reglages=ReglagesDemandes,
        aires=AIRES,
        sections=SECTIONS,
        exemples=Path(__file__).with_name("exemples.json"),
        dictionnaire=DICTIONNAIRE,
    )
