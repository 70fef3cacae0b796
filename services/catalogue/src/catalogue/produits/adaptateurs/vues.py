"""Les lectures des produits et de leurs prix : une requête par écran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Text, all_, bindparam, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from catalogue.base import version_du_jour, versions_de
from catalogue.produits.adaptateurs.tables import produit_prix, produits
from socle.bd.connexion import Connexion
from socle.bd.vues import VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreProduits:
    """`mots` : les motifs de `recherche.motifs`, tous à trouver (CAT-8)."""

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
_DU_JOUR = version_du_jour(produit_prix, produits.c.code)
_PRODUITS = select(
    produits,
    _DU_JOUR.c.version.label("prix_version"),
    _DU_JOUR.c.debut.label("prix_debut"),
    _DU_JOUR.c.fin.label("prix_fin"),
    _DU_JOUR.c.prix.label("prix_montant"),
).outerjoin(_DU_JOUR, true())

INSCRIT = VueObjet(select(produits.c.code), produits.c.code, _ABSENT)
PRODUIT = VueObjet(_PRODUITS, produits.c.code, _ABSENT)
"""L'état présent d'un produit, avec son prix au jour `le`."""
PRODUITS = VueListe(
    requete=_PRODUITS,
    filtre=FiltreProduits,
    cles=(produits.c.code,),
    conditions={"mots": produits.c.recherche.like(all_(bindparam("mots", type_=ARRAY(Text))))},
    parametres=frozenset({"le"}),
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
