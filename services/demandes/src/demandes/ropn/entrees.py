"""Ce que l'aire écoute : les produits et les prix du catalogue."""

from contrats.catalogue import ProduitInscrit, ProduitModifie, TarifPublie
from demandes.ropn.cas_usage import synchroniser_ropn
from demandes.ropn.domaine import PrixDate, Produit
from demandes.ropn.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _produit(recu: Recu[ProduitInscrit | ProduitModifie]) -> Produit:
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
    )


def _prix(recu: Recu[TarifPublie]) -> PrixDate:
    e = recu.evenement
    return PrixDate(produit=e.produit, version=e.version, debut=e.debut, fin=e.fin, prix=e.prix)


ECOUTES: Ecoutes = {
    ProduitInscrit: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    ProduitModifie: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    TarifPublie: Ecoute(_prix, synchroniser_ropn, Ports, Ordre.STRICT),
}
