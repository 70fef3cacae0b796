"""Faits du domaine → événements de contrat; une table totale."""

from typing import TypeVar, assert_never

from catalogue.domaine import fiche as domaine
from catalogue.domaine import produit as ropn
from catalogue.domaine.tarif import Tarif
from contrats import Evenement
from contrats import catalogue as contrats
from socle.bus.publication import Publication
from socle.noyau import Fait

FaitCatalogue = domaine.FichePubliee | ropn.ProduitInscrit | ropn.ProduitModifie | ropn.PrixPublie
P = TypeVar("P", contrats.ProduitInscrit, contrats.ProduitModifie)


def publication(fait: Fait) -> Publication | None:
    """L'événement d'un fait; tous ceux du catalogue sont publics."""
    if not isinstance(fait, FaitCatalogue):
        raise TypeError(f"{type(fait).__name__} n'est pas un fait du catalogue.")
    return Publication(evenement=_evenement(fait), survenu_le=fait.survenu_le)


def _evenement(fait: FaitCatalogue) -> Evenement:
    match fait:
        case domaine.FichePubliee():
            return contrats.FichePubliee(
                code=fait.code,
                titre=fait.contenu.titre,
                version=fait.version,
                debut=fait.debut,
                fin=fait.fin,
                tarifs=tuple(_tarif(tarif) for tarif in fait.contenu.tarifs),
                indicateurs=tuple(_indicateur(i) for i in fait.contenu.indicateurs),
            )
        case ropn.ProduitInscrit():
            return _produit(contrats.ProduitInscrit, fait.produit)
        case ropn.ProduitModifie():
            return _produit(contrats.ProduitModifie, fait.produit)
        case ropn.PrixPublie():
            return contrats.TarifPublie(
                produit=fait.produit,
                version=fait.version,
                debut=fait.debut,
                fin=fait.fin,
                prix=fait.prix,
            )
        case _:
            assert_never(fait)


def _produit(classe: type[P], produit: ropn.Produit) -> P:
    decrit = produit.descriptif
    return classe(
        code=produit.code,
        libelle=decrit.libelle,
        categorie=decrit.categorie,
        sorte=produit.sorte,
        statut=produit.statut,
        noyau=decrit.noyau,
        normalise=decrit.normalise,
        gamme=decrit.gamme,
        reserve_hauts_dirigeants=decrit.reserve_hauts_dirigeants,
        tarifs=decrit.tarifs,
    )


def _tarif(tarif: Tarif) -> contrats.Tarif:
    precision = f" – {tarif.precision}" if tarif.precision else ""
    return contrats.Tarif(
        code=tarif.code,
        libelle=tarif.libelle + precision,
        unite=tarif.unite,
        source=tarif.source,
        montant=tarif.montant,
        majoration=tarif.majoration,
        grille=tuple(
            contrats.Tranche(a_partir_de=t.a_partir_de, montant=t.montant, taux=t.taux)
            for t in tarif.grille
        ),
        pas_minutes=tarif.pas_minutes,
        minimum_minutes=tarif.minimum_minutes,
        maximum_minutes=tarif.maximum_minutes,
        mois_si_perte=tarif.mois_si_perte,
    )


def _indicateur(indicateur: domaine.Indicateur) -> contrats.Indicateur:
    return contrats.Indicateur(
        code=indicateur.code,
        libelle=indicateur.libelle,
        mesure=indicateur.mesure,
        cible=indicateur.cible,
        delai=indicateur.delai,
        unite_delai=indicateur.unite_delai,
        sortes=indicateur.sortes,
        fin=indicateur.fin,
        conditions=indicateur.conditions,
    )
