"""Les faits des produits → leurs événements de contrat; tous sont publics."""

from dataclasses import asdict
from typing import TypeVar, assert_never

from catalogue.produits.domaine import (
    PrixPublie,
    Produit,
    ProduitInscrit,
    ProduitModifie,
    ProduitRetire,
)
from contrats import Evenement
from contrats import catalogue as contrats
from socle.envoi.evenements import publications

FaitProduits = ProduitInscrit | ProduitModifie | ProduitRetire | PrixPublie
P = TypeVar("P", contrats.ProduitInscrit, contrats.ProduitModifie, contrats.ProduitRetire)


def traduire(fait: FaitProduits) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case ProduitInscrit():
            return _produit(contrats.ProduitInscrit, fait.produit)
        case ProduitModifie():
            return _produit(contrats.ProduitModifie, fait.produit)
        case ProduitRetire():
            return _produit(contrats.ProduitRetire, fait.produit)
        case PrixPublie():
            return contrats.TarifPublie(
                produit=fait.produit,
                version=fait.version,
                debut=fait.debut,
                fin=fait.fin,
                prix=fait.prix,
            )
        case _:
            assert_never(fait)


def _produit(classe: type[P], produit: Produit) -> P:
    decrit = asdict(produit.descriptif)
    return classe(code=produit.code, sorte=produit.sorte, statut=produit.statut, **decrit)


PUBLICATIONS = publications(FaitProduits, traduire)
