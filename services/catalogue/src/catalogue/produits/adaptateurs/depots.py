"""Le dépôt des produits : ligne ↔ agrégat. Un produit se verrouille dès qu'on le charge."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from catalogue.base import ajouter_version, lire_chronologie
from catalogue.produits.adaptateurs.tables import produit_prix, produits
from catalogue.produits.domaine import Descriptif, PrixPublie, Produit
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.recherche import plier


@dataclass(frozen=True, slots=True)
class ProduitsSql:
    """Tient `ports.Produits`."""

    connexion: Connexion

    async def charger(self, code: str) -> Produit:
        ligne = await une(
            self.connexion,
            select(produits).where(produits.c.code == code).with_for_update(),
            f"Le produit {code} n'est pas inscrit au ROPN.",
        )
        return Produit(
            code=ligne.code,
            sorte=ligne.sorte,
            statut=ligne.statut,
            version=ligne.version,
            prix=await lire_chronologie(self.connexion, produit_prix, code, lambda v: v.prix),
            descriptif=objet(Descriptif, ligne),
        )

    async def ajouter(self, produit: Produit) -> bool:
        ajoutes = await self.connexion.ecrire(
            insert(produits)
            .values(code=produit.code, sorte=produit.sorte, **_changeantes(produit))
            .on_conflict_do_nothing()
        )
        return ajoutes > 0

    async def enregistrer(self, produit: Produit) -> None:
        await self.connexion.ecrire(
            update(produits).where(produits.c.code == produit.code).values(_changeantes(produit))
        )

    async def ajouter_prix(self, fait: PrixPublie) -> None:
        await ajouter_version(
            self.connexion,
            produit_prix,
            code=fait.produit,
            version=fait.version,
            debut=fait.debut,
            prix=fait.prix,
            publie_le=fait.survenu_le,
        )


def _changeantes(produit: Produit) -> dict[str, object]:
    """Les colonnes d'un produit, sauf son code et sa sorte, qui ne changent jamais."""
    decrit = produit.descriptif
    return colonnes(decrit) | {
        "statut": produit.statut,
        "recherche": plier(f"{produit.code} {decrit.libelle} {decrit.categorie}"),
        "version": produit.version,
    }
