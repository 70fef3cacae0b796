"""Les produits du ROPN et leurs prix datés (CAT-1, CAT-2)."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalogue.adaptateurs import vues
from catalogue.adaptateurs.tables import produit_prix, produits
from catalogue.cas_usage.inscrire_produit import inscrire_produit
from catalogue.cas_usage.modifier_produit import modifier_produit
from catalogue.cas_usage.publier_prix import publier_prix
from catalogue.cas_usage.retirer_produit import RetirerProduit, retirer_produit
from catalogue.domaine.produit import Sorte, Statut
from catalogue.entrees.acces import Lecture, Pilotage, jour_lu
from catalogue.entrees.champs import CodeLu, Filtre, Le
from catalogue.entrees.schemas_produits import (
    ModificationIn,
    PrixIn,
    PrixOut,
    ProduitIn,
    ProduitOut,
    RetraitIn,
)
from socle.web import Liste, PageDemandee

routes = APIRouter(prefix="/v1/produits", tags=["produits"])


@routes.get("", response_model=Liste[ProduitOut], summary="Chercher des produits (CAT-8)")
async def lister_produits(
    appel: Lecture,
    page: PageDemandee,
    q: Annotated[Filtre, Query(description="Mots du code, du libellé ou de la catégorie.")] = "",
    categorie: Annotated[Filtre | None, Query()] = None,
    sorte: Annotated[Sorte | None, Query()] = None,
    statut: Annotated[Statut | None, Query()] = None,
    le: Le = None,
) -> Response:
    """Tous les mots de `q` doivent s'y trouver; ni les accents ni la casse ne comptent."""
    requete = vues.produits_au(
        jour_lu(appel, le), q=q, categorie=categorie, sorte=sorte, statut=statut
    )
    return await appel.lister(
        requete,
        Liste[ProduitOut],
        cles=(produits.c.code,),
        page=page,
        presenter=ProduitOut.de_ligne,
    )


@routes.post("", status_code=201, response_model=ProduitOut, summary="Inscrire un produit (CAT-1)")
async def inscrire(corps: ProduitIn, appel: Pilotage) -> Response:
    """Un tarif lu au ROPN exige un prix; le noyau de base ne déclenche aucun tarif (CAT-4)."""
    return await appel.ecrire(
        inscrire_produit,
        corps.commande(),
        lambda produit: ProduitOut.de(produit, jour_lu(appel, None)),
        statut=201,
        emplacement=lambda produit: f"/v1/produits/{produit.code}",
    )


@routes.get("/{code}", response_model=ProduitOut, summary="Lire un produit à une date")
async def lire_produit(code: CodeLu, appel: Lecture, le: Le = None) -> Response:
    """L'état présent du produit, avec son prix à la date lue."""
    requete = vues.produits_au(jour_lu(appel, le)).where(produits.c.code == code)
    return await appel.lire(lambda cx: vues.un(cx, requete, _absent(code), ProduitOut.de_ligne))


@routes.patch("/{code}", response_model=ProduitOut, summary="Modifier un produit (CAT-1)")
async def modifier(code: CodeLu, corps: ModificationIn, appel: Pilotage) -> Response:
    """Change les champs donnés; le code et la sorte ne changent jamais."""
    return await appel.ecrire(
        modifier_produit,
        corps.commande(code, appel.version_attendue),
        lambda produit: ProduitOut.de(produit, jour_lu(appel, None)),
    )


@routes.get("/{code}/prix", response_model=Liste[PrixOut], summary="Lister les prix d'un produit")
async def lister_prix(code: CodeLu, appel: Lecture, page: PageDemandee) -> Response:
    """Tous les prix, passés, en vigueur, à venir ou remplacés."""
    await appel.lire_brut(lambda cx: vues.exiger(cx, produits, code, _absent(code)))
    requete = vues.versions_de(produit_prix, code)
    cles = (requete.selected_columns.version,)
    return await appel.lister(
        requete, Liste[PrixOut], cles=cles, page=page, presenter=PrixOut.de_ligne
    )


@routes.post(
    "/{code}/prix", status_code=201, response_model=PrixOut, summary="Publier un prix (CAT-2)"
)
async def publier(code: CodeLu, corps: PrixIn, appel: Pilotage) -> Response:
    """Un prix à venir; republier un début à venir remplace ce prix."""
    return await appel.ecrire(
        publier_prix,
        corps.commande(code),
        PrixOut.de_fait,
        statut=201,
        emplacement=lambda fait: f"/v1/produits/{fait.produit}?le={fait.debut}",
    )


@routes.post("/{code}/retrait", response_model=ProduitOut, summary="Retirer un produit (CAT-1)")
async def retirer(code: CodeLu, corps: RetraitIn, appel: Pilotage) -> Response:
    """Cesse de l'offrir à l'acquisition, ou le retire sans retour."""
    return await appel.ecrire(
        retirer_produit,
        RetirerProduit(code=code, statut=corps.statut),
        lambda produit: ProduitOut.de(produit, jour_lu(appel, None)),
    )


def _absent(code: str) -> str:
    return f"Le produit {code} n'est pas inscrit au ROPN."
