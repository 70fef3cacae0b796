"""Les lectures des produits et de leurs prix : une requête par écran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import FromClause, Select, select, true

from catalogue.base import version_du_jour, versions_de
from catalogue.produits.adaptateurs.tables import produit_prix, produits
from socle.bd.connexion import Connexion
from socle.bd.recherche import tous_les_mots
from socle.bd.vues import VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreProduits:
    """`mots` : les motifs de `socle.bd.recherche`, tous à trouver (CAT-8)."""

    le: date
    mots: Sequence[str] | None = None
    categorie: str | None = None
    sorte: str | None = None
    statut: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePrix:
    """Le produit dont on lit les prix."""

    produit: str


_ABSENT = "Ce produit n'est pas inscrit au ROPN."
_PRIX = versions_de(produit_prix)


def _avec_prix(des_produits: FromClause) -> Select[Any]:
    """Ces produits, et leur prix au jour `le` s'ils en ont un."""
    du_jour = version_du_jour(produit_prix, des_produits.c.code)
    return select(
        des_produits,
        du_jour.c.version.label("prix_version"),
        du_jour.c.debut.label("prix_debut"),
        du_jour.c.fin.label("prix_fin"),
        du_jour.c.prix.label("prix_montant"),
    ).outerjoin(du_jour, true())


INSCRIT = VueObjet(select(produits.c.code), produits.c.code, _ABSENT)
PRODUIT = VueObjet(_avec_prix(produits), produits.c.code, _ABSENT)
"""L'état présent d'un produit, avec son prix au jour `le`."""
PRODUITS = VueListe(
    requete=select(produits),
    filtre=FiltreProduits,
    cles=(produits.c.code,),
    conditions={"mots": tous_les_mots(produits.c.recherche)},
    parametres=frozenset({"le"}),
    completer=_avec_prix,
)
PRIX = VueListe(
    requete=select(
        _PRIX.c.code.label("produit"),
        _PRIX.c.version,
        _PRIX.c.debut,
        _PRIX.c.fin,
        _PRIX.c.prix.label("montant"),
        _PRIX.c.publie_le,
        _PRIX.c.remplace_par,
    ),
    filtre=FiltrePrix,
    cles=(_PRIX.c.version,),
)
"""Tous les prix d'un produit, remplacés compris."""


async def codes(connexion: Connexion) -> frozenset[str]:
    """Les codes de tous les produits."""
    return frozenset(await connexion.colonne(select(produits.c.code)))
