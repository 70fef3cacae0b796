"""Ce que l'aire écoute : les produits et les prix du catalogue."""

from contrats.catalogue import ProduitInscrit, ProduitModifie, TarifPublie
from demandes.ropn.cas_usage import synchroniser_ropn
from demandes.ropn.domaine import PrixDate, Produit
from demandes.ropn.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _produit(recu: Recu[ProduitInscrit | ProduitModifie]) -> Produit:
    return Produit(sequence=recu.sequence, **recu.evenement.model_dump(exclude={"categorie"}))


def _prix(recu: Recu[TarifPublie]) -> PrixDate:
    e = recu.evenement
    return PrixDate(produit=e.produit, version=e.version, debut=e.debut, fin=e.fin, prix=e.prix)


ECOUTES: Ecoutes = {
    ProduitInscrit: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    ProduitModifie: Ecoute(_produit, synchroniser_ropn, Ports, Ordre.STRICT),
    TarifPublie: Ecoute(_prix, synchroniser_ropn, Ports, Ordre.STRICT),
}
