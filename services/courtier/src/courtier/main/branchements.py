"""Les ports de chaque aire, tenus par PostgreSQL et par les données livrées."""

from functools import cache

from courtier.acces.adaptateurs.depots import AdmissibilitesSql, ComptesSql, DiffusionSql
from courtier.acces.ports import Clients
from courtier.acces.ports import Ports as PortsAcces
from courtier.avenants.adaptateurs.depots import AvenantsSql
from courtier.avenants.adaptateurs.documents import DocumentsPreparesSql
from courtier.avenants.ports import Ports as PortsAvenants
from courtier.bord.adaptateurs.depots import AttentesSql, ConstatsSql
from courtier.bord.ports import Ports as PortsBord
from courtier.calendriers.adaptateurs.depots import CalendriersSql
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
from courtier.consommation.adaptateurs.depots import ConsommationsSql
from courtier.consommation.ports import Ports as PortsConsommation
from courtier.contrats.adaptateurs.depots import ContratsSql
from courtier.contrats.cas_usage.caducite import RendreCaducs
from courtier.contrats.ports import Ports as PortsContrats
from courtier.contrats.ports import Repercussion
from courtier.differends.adaptateurs.depots import DifferendsSql, IncidentsSql
from courtier.differends.ports import Ports as PortsDifferends
from courtier.dossiers.adaptateurs.depots import AvertisseurSql, DecretsSql, DossiersSql
from courtier.dossiers.adaptateurs.reference import lire_ordre_du_jour
from courtier.dossiers.ports import Acquisitions
from courtier.dossiers.ports import Ports as PortsDossiers
from courtier.evaluations.adaptateurs.depots import EvaluationsSql
from courtier.evaluations.adaptateurs.reference import lire_criteres
from courtier.evaluations.cas_usage.finales import EvaluerALaFin
from courtier.evaluations.ports import Ports as PortsEvaluations
from courtier.frais.adaptateurs.depots import GrillesSql
from courtier.normes.adaptateurs.reference import lire_normes
from courtier.obligations.adaptateurs.depots import ObligationsSql
from courtier.organismes.adaptateurs.depots import MandatsSql, OrganismesSql
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
from socle.bd.connexion import Connexion

categories = cache(lire_categories)
normes = cache(lire_normes)
criteres = cache(lire_criteres)
ordre_du_jour = cache(lire_ordre_du_jour)


def acces(connexion: Connexion) -> PortsAcces:
    """Les ports de l'aire « acces »."""
    admissibilites = AdmissibilitesSql(connexion)
    return PortsAcces(
        comptes=ComptesSql(connexion),
        admissibilites=admissibilites,
        droits=admissibilites,
        inscriptions=DiffusionSql(connexion),
        organismes=OrganismesSql(connexion),
    )


def clients(connexion: Connexion) -> Clients:
    """Les organismes, tels que le Courtier contracte avec eux."""
    return Clients(OrganismesSql(connexion), AdmissibilitesSql(connexion))


def catalogue(connexion: Connexion) -> PortsCatalogue:
    """Les ports de l'aire « catalogue »."""
    return PortsCatalogue(
        fournisseurs=FournisseursSql(connexion, categories()),
        offres=OffresSql(connexion, categories()),
        catalogue=CatalogueSql(connexion),
        calendriers=CalendriersSql(connexion),
        droits=AdmissibilitesSql(connexion),
        avertisseur=AvertisseurSql(connexion),
        categories=categories(),
    )


def prestataires(connexion: Connexion) -> PortsPrestataires:
    """Les ports de l'aire « prestataires »."""
    return PortsPrestataires(PrestatairesSql(connexion), AdmissibilitesSql(connexion))


def commentaires(connexion: Connexion) -> PortsCommentaires:
    """Les ports de l'aire « commentaires »."""
    return PortsCommentaires(CommentairesSql(connexion), CatalogueSql(connexion))


def acquisitions(connexion: Connexion) -> Acquisitions:
    """Ce que « dossiers » montre aux aires plus hautes."""
    return Acquisitions(DossiersSql(connexion), CatalogueSql(connexion), OrganismesSql(connexion))


def pieces(connexion: Connexion) -> PiecesSql:
    """Les pièces, et les documents mêmes des contrats et des avenants."""
    return PiecesSql(connexion, DocumentsPreparesSql(connexion))


def dossiers(connexion: Connexion) -> PortsDossiers:
    """Les ports de l'aire « dossiers »."""
    return PortsDossiers(
        acquisitions(connexion),
        DecretsSql(connexion),
        pieces(connexion),
        ordre_du_jour(),
        AdmissibilitesSql(connexion),
        GrillesSql(connexion),
        RendreCaducs(ContratsSql(connexion)),
    )


def contrats(connexion: Connexion) -> PortsContrats:
    """Les ports de l'aire « contrats »."""
    return PortsContrats(
        contrats=ContratsSql(connexion),
        acquisitions=acquisitions(connexion),
        catalogue=CatalogueSql(connexion),
        clients=clients(connexion),
        mandats=MandatsSql(connexion),
        calendriers=CalendriersSql(connexion),
        obligations=ObligationsSql(connexion),
        pieces=pieces(connexion),
        normes=normes(),
        repercussions=repercussions(connexion),
    )


def repercussions(connexion: Connexion) -> tuple[Repercussion, ...]:
    """Ce qui suit un contrat dans sa transaction, de la plus basse aire à la plus haute."""
    return (
        EvaluerALaFin(evaluations(connexion)),
        PreparerLaSortie(sortie(connexion)),
        Inscrire(conclus(connexion)),
        PublierAuSeao(seao(connexion)),
    )


def avenants(connexion: Connexion) -> PortsAvenants:
    """Les ports de l'aire « avenants »."""
    return PortsAvenants(
        avenants=AvenantsSql(connexion),
        contrats=ContratsSql(connexion),
        dossiers=DossiersSql(connexion),
        catalogue=CatalogueSql(connexion),
        clients=clients(connexion),
        mandats=MandatsSql(connexion),
        calendriers=CalendriersSql(connexion),
        obligations=ObligationsSql(connexion),
        pieces=pieces(connexion),
        engagements=ConsommationsSql(connexion),
        normes=normes(),
        repercussions=repercussions(connexion),
    )


def consommation(connexion: Connexion) -> PortsConsommation:
    """Les ports de l'aire « consommation »."""
    return PortsConsommation(
        consommations=ConsommationsSql(connexion),
        contrats=ContratsSql(connexion),
        organismes=OrganismesSql(connexion),
        normes=normes(),
    )


def evaluations(connexion: Connexion) -> PortsEvaluations:
    """Les ports de l'aire « evaluations »."""
    return PortsEvaluations(
        evaluations=EvaluationsSql(connexion),
        contrats=ContratsConclusSql(connexion),
        organismes=OrganismesSql(connexion),
        pieces=pieces(connexion),
        obligations=ObligationsSql(connexion),
        calendriers=CalendriersSql(connexion),
        normes=normes(),
        criteres=criteres(),
    )


def differends(connexion: Connexion) -> PortsDifferends:
    """Les ports de l'aire « differends »."""
    return PortsDifferends(
        differends=DifferendsSql(connexion),
        incidents=IncidentsSql(connexion),
        contrats=ContratsConclusSql(connexion),
        normes=normes(),
    )


def sortie(connexion: Connexion) -> PortsSortie:
    """Les ports de l'aire « sortie »."""
    return PortsSortie(
        sorties=SortiesSql(connexion),
        contrats=ContratsConclusSql(connexion),
        pieces=pieces(connexion),
        obligations=ObligationsSql(connexion),
        normes=normes(),
    )


def conclus(connexion: Connexion) -> PortsConclus:
    """Les ports de l'aire « conclus »."""
    return PortsConclus(
        inscriptions=InscriptionsSql(connexion),
        contrats=ContratsConclusSql(connexion),
        organismes=OrganismesSql(connexion),
        normes=normes(),
        droits=AdmissibilitesSql(connexion),
    )


def conservation(connexion: Connexion) -> PortsConservation:
    """Les ports de l'aire « conservation »."""
    return PortsConservation(
        contrats=ContratsConclusSql(connexion),
        pieces=pieces(connexion),
        gels=GelsSql(connexion),
        destructions=DestructionsSql(connexion),
        demandes=DemandesSql(connexion),
        obligations=ObligationsSql(connexion),
        calendriers=CalendriersSql(connexion),
        normes=normes(),
    )


def seao(connexion: Connexion) -> PortsSeao:
    """Les ports de l'aire « seao »."""
    return PortsSeao(
        publications=PublicationsSql(connexion),
        contrats=ContratsSql(connexion),
        factures=ConsommationsSql(connexion),
        fournisseurs=FournisseursPublies(connexion),
        catalogue=CatalogueSql(connexion),
        organismes=OrganismesSql(connexion),
        obligations=ObligationsSql(connexion),
        normes=normes(),
        profil=lire_profil(),
    )


def bord(connexion: Connexion) -> PortsBord:
    """Les ports de l'aire « bord »."""
    return PortsBord(
        constats=ConstatsSql(connexion),
        attentes=AttentesSql(connexion),
        dossiers=DossiersSql(connexion),
        organismes=OrganismesSql(connexion),
        mandats=MandatsSql(connexion),
        normes=normes(),
    )


def organismes(connexion: Connexion) -> PortsOrganismes:
    """Les ports de l'aire « organismes »."""
    return PortsOrganismes(OrganismesSql(connexion), MandatsSql(connexion))
