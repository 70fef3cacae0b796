"""Ce que l'aire écoute du catalogue : produits, prix, tarifs du temps travaillé."""

from contrats import catalogue
from contrats.catalogue import (
    FichePubliee,
    ProduitInscrit,
    ProduitModifie,
    ProduitRetire,
    TarifPublie,
)
from contrats.demandes import TravailEffectue
from demandes.ropn.cas_usage import synchroniser_ropn
from demandes.ropn.domaine import FicheHoraire, FicheRetiree, PrixDate, Produit
from demandes.ropn.ports import Ports
from noyau import TOUJOURS
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _produit(recu: Recu[ProduitInscrit | ProduitModifie | ProduitRetire]) -> Produit:
    e = recu.evenement
    return Produit(
        code=e.code,
        sequence=recu.sequence,
        libelle=e.libelle,
        sorte=e.sorte,
        statut=e.statut,
        noyau=e.noyau,
        normalise=e.normalise,
        gamme=e.gamme,
        reserve_hauts_dirigeants=e.reserve_hauts_dirigeants,
        tarifs=e.tarifs,
        duree_de_vie_mois=e.duree_de_vie_mois,
    )


def _prix(recu: Recu[TarifPublie]) -> PrixDate:
    e = recu.evenement
    return PrixDate(produit=e.produit, version=e.version, debut=e.debut, fin=e.fin, prix=e.prix)


def _fiche(recu: Recu[FichePubliee]) -> FicheHoraire:
    """Ne garde d'un tarif que ce que des heures doivent dire pour le devoir."""
    e = recu.evenement
    du = (t.du for t in e.tarifs if t.du.evenement == TravailEffectue.TYPE)
    tarifs = tuple(d.si or TOUJOURS for d in du)
    return FicheHoraire(fiche=e.code, version=e.version, debut=e.debut, tarifs=tarifs)


def _retrait(recu: Recu[catalogue.FicheRetiree]) -> FicheRetiree:
    e = recu.evenement
    return FicheRetiree(fiche=e.code, version=e.version, debut=e.debut)


ECOUTES: Ecoutes = {
    ProduitInscrit: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    ProduitModifie: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    ProduitRetire: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    TarifPublie: Ecoute(_prix, synchroniser_ropn, Ports, Ordre.STRICT),
    FichePubliee: Ecoute(_fiche, synchroniser_ropn, Ports, Ordre.STRICT),
    catalogue.FicheRetiree: Ecoute(_retrait, synchroniser_ropn, Ports, Ordre.STRICT),
}
