"""Inscrire un produit au ROPN (CAT-1), avec son premier prix s'il en a un."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalogue.cas_usage.ports import Depots
from catalogue.domaine.produit import Descriptif, Produit, Sorte, Statut
from socle.noyau import Acte, Conflit, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PremierPrix:
    """Le premier prix (dollars) comble un vide : il peut valoir depuis une date passée."""

    debut: date
    montant: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireProduit:
    """Un produit et ce qui le décrit."""

    code: str
    sorte: Sorte
    statut: Statut
    descriptif: Descriptif
    prix: PremierPrix | None


async def inscrire_produit(commande: InscrireProduit, depots: Depots, acte: Acte) -> Issue[Produit]:
    """Lève `Conflit` : code pris, tarif inconnu, prix manquant."""
    produit = Produit(
        code=commande.code,
        sorte=commande.sorte,
        descriptif=commande.descriptif,
        statut=commande.statut,
    )
    prix = None
    if commande.prix:
        produit, prix = produit.publier_prix(commande.prix.debut, None, commande.prix.montant, acte)
    inscrit = produit.inscrire(await depots.fiches.sources(commande.descriptif.tarifs), acte)
    if not await depots.produits.ajouter(produit):
        raise Conflit(f"Le produit {produit.code} est déjà inscrit au ROPN.", regle="CAT-1")
    if prix is None:
        return Issue(produit, inscrit)
    await depots.produits.ajouter_prix(prix)
    return Issue(produit, inscrit, prix)
