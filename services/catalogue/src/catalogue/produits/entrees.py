"""Qui appelle les produits : tout jeton lit; le pilote du catalogue et l'administrateur écrivent.

Un produit de `donnees/produits.toml` est le corps d'un POST et passe par le même cas d'usage.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Annotated, Any, Literal

import orjson
from fastapi import Depends, Query
from pydantic import Field
from starlette.responses import Response

from catalogue.base import Code, CodeLu, Dollars, Le, Phrase, jour_lu
from catalogue.produits import cas_usage
from catalogue.produits.adaptateurs import vues
from catalogue.produits.domaine import Descriptif, Gamme, PrixPublie, Produit, Sorte, Statut
from catalogue.produits.ports import Ports
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne
from socle.bd.recherche import motifs
from socle.champs import Jour, NomFacultatif
from socle.service import Contexte
from socle.web import (
    SITUE,
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
    exemple,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports))]
Pilotage = Annotated[Appel[Ports], Depends(acces(Ports, "catalogue", "admin"))]

CodeProduit = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,59}$", examples=["PORTABLE-14"])]
Tarifs = Annotated[
    tuple[Code, ...],
    Field(max_length=20, description="Les tarifs que déclenche la livraison d'une unité (CAT-4)."),
]


DureeDeVie = Annotated[
    int | None,
    Field(
        ge=1,
        le=240,
        description="Sa durée de vie, en mois : remplacé avant, il l'est prématurément (FAC-2).",
    ),
]


class PremierPrixIn(Entree):
    """Le premier prix d'un produit; il peut valoir depuis une date passée (CAT-2)."""

    debut: Jour
    montant: Dollars


class ProduitIn(Entree):
    """Un produit à inscrire; un tarif lu au ROPN exige un prix."""

    code: CodeProduit
    libelle: Phrase
    categorie: Phrase
    sorte: Sorte
    statut: Literal["actif", "plus_offert"] = "actif"
    noyau: bool = False
    normalise: bool = True
    gamme: Gamme = "ordinaire"
    reserve_hauts_dirigeants: bool = False
    duree_de_vie_mois: DureeDeVie = None
    tarifs: Tarifs = ()
    prix: PremierPrixIn | None = None

    model_config = exemple(
        {
            "code": "TRACEUR-CARTES",
            "libelle": "Traceur de cartes",
            "categorie": "Logiciels",
            "sorte": "logiciel",
            "tarifs": ["PRODUIT", "INSTALLATION"],
            "prix": {"debut": "2026-04-01", "montant": "240.00"},
        }
    )

    def commande(self) -> cas_usage.InscrireProduit:
        decrit = self.model_dump(exclude={"code", "sorte", "statut", "prix"})
        return cas_usage.InscrireProduit(
            code=self.code,
            sorte=self.sorte,
            statut=self.statut,
            descriptif=Descriptif(**decrit),
            prix=cas_usage.PremierPrix(**self.prix.model_dump()) if self.prix else None,
        )


class ProduitModifIn(Entree):
    """Les champs à changer; un champ absent ou nul reste tel quel."""

    libelle: Phrase | None = None
    categorie: Phrase | None = None
    noyau: bool | None = None
    normalise: bool | None = None
    gamme: Gamme | None = None
    reserve_hauts_dirigeants: bool | None = None
    duree_de_vie_mois: DureeDeVie = None
    tarifs: Tarifs | None = None

    model_config = exemple({"libelle": "Traceur, édition 2"})

    def commande(self, code: str) -> cas_usage.ModifierProduit:
        return cas_usage.ModifierProduit(code=code, changements=self.model_dump(exclude_none=True))


class RetraitIn(Entree):
    """« plus_offert » : ne s'acquiert plus, se facture encore; « retire » : sans retour."""

    statut: Literal["plus_offert", "retire"]

    model_config = exemple({"statut": "plus_offert"})


class PrixIn(Entree):
    """Un prix à venir, en dollars, avant majoration; `fin` : le début du prix suivant."""

    debut: Jour
    fin: Jour | None = None
    montant: Dollars

    model_config = exemple({"debut": "2027-04-01", "montant": "99.95"})

    def commande(self, produit: str) -> cas_usage.PublierPrix:
        return cas_usage.PublierPrix(produit=produit, **self.model_dump())


class PrixOut(Sortie):
    """Un prix daté; `remplace_par` : il ne vaut plus."""

    produit: str
    version: int
    debut: date
    fin: date | None
    montant: Dollars
    publie_le: datetime
    remplace_par: int | None = None

    @classmethod
    def de_fait(cls, fait: PrixPublie) -> "PrixOut":
        return cls(**colonnes(fait), montant=fait.prix, publie_le=fait.survenu_le)


class PrixEnVigueur(Sortie):
    """Le prix d'un produit à la date lue."""

    version: int
    debut: date
    fin: date | None
    montant: Dollars


class ProduitOut(Sortie):
    """Un produit du ROPN; `prix` est nul s'il n'en a pas à la date lue."""

    code: str
    sorte: Sorte
    statut: Statut
    libelle: str
    categorie: str
    noyau: bool
    normalise: bool
    gamme: Gamme
    reserve_hauts_dirigeants: bool
    duree_de_vie_mois: int | None
    tarifs: tuple[str, ...]
    prix: PrixEnVigueur | None
    version: int

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "ProduitOut":
        lus = ligne._asdict()
        prix = {champ: lus[f"prix_{champ}"] for champ in PrixEnVigueur.model_fields}
        return cls.model_validate({**lus, "prix": prix if ligne.prix_version else None})

    @classmethod
    def de(cls, produit: Produit, le: date) -> "ProduitOut":
        """Le produit tel qu'on vient de l'écrire, avec son prix ce jour-là."""
        prix = None
        if courant := produit.prix.en_vigueur(le):
            suivant = produit.prix.suivante(le)
            fin = suivant.debut if suivant else None
            prix = PrixEnVigueur(
                version=courant.numero, debut=courant.debut, fin=fin, montant=courant.valeur
            )
        decrit = {**colonnes(produit), **colonnes(produit.descriptif)}
        return cls.model_validate({**decrit, "prix": prix})


routes = Routeur(prefix="/v1/produits", tags=["produits"])


@routes.get("", response_model=Liste[ProduitOut], summary="Chercher des produits (CAT-8)")
async def lister_produits(
    appel: Lecture,
    page: PageDemandee,
    q: Annotated[
        NomFacultatif, Query(description="Mots du code, du libellé ou de la catégorie.")
    ] = "",
    categorie: Annotated[NomFacultatif | None, Query()] = None,
    sorte: Annotated[Sorte | None, Query()] = None,
    statut: Annotated[Statut | None, Query()] = None,
    le: Le = None,
) -> Response:
    """Tous les mots de `q` doivent s'y trouver; ni les accents ni la casse ne comptent."""
    jour = jour_lu(appel.horloge, le)
    filtre = vues.FiltreProduits(
        le=jour, mots=motifs(q), categorie=categorie, sorte=sorte, statut=statut
    )
    return await appel.lister(
        vues.PRODUITS, filtre, Liste[ProduitOut], page=page, presenter=ProduitOut.de_ligne
    )


@routes.post(
    "",
    status_code=201,
    responses=SITUE,
    response_model=ProduitOut,
    operation_id="inscrire_produit",
    summary="Inscrire un produit (CAT-1)",
)
async def inscrire(corps: ProduitIn, appel: Pilotage) -> Response:
    """Un tarif lu au ROPN exige un prix; le noyau de base ne déclenche aucun tarif (CAT-4)."""
    return await appel.ecrire(
        cas_usage.inscrire_produit,
        corps.commande(),
        lambda produit: ProduitOut.de(produit, jour_lu(appel.horloge)),
        statut=201,
        emplacement=lambda produit: f"/v1/produits/{produit.code}",
    )


@routes.get("/{code}", response_model=ProduitOut, summary="Lire un produit, à son prix d'une date")
async def lire_produit(code: CodeLu, appel: Lecture, le: Le = None) -> Response:
    """`le` ne date que le prix : le libellé, le statut et les tarifs sont ceux d'aujourd'hui."""
    vue = vues.PRODUIT.de(code, le=jour_lu(appel.horloge, le))
    return await appel.lire(vue, ProduitOut.de_ligne)


@routes.patch(
    "/{code}",
    response_model=ProduitOut,
    operation_id="modifier_produit",
    summary="Modifier un produit (CAT-1)",
)
async def modifier(code: CodeLu, corps: ProduitModifIn, appel: Pilotage) -> Response:
    """Change les champs donnés; le code et la sorte ne changent jamais."""
    return await appel.ecrire(
        cas_usage.modifier_produit,
        corps.commande(code),
        lambda produit: ProduitOut.de(produit, jour_lu(appel.horloge)),
    )


@routes.get(
    "/{code}/prix",
    response_model=Liste[PrixOut],
    operation_id="lister_prix_produit",
    summary="Lister les prix d'un produit",
)
async def lister_prix(code: CodeLu, appel: Lecture, page: PageDemandee) -> Response:
    """Tous les prix, passés, en vigueur, à venir ou remplacés."""
    filtre, produit = vues.FiltrePrix(produit=code), vues.INSCRIT.de(code)
    return await appel.lister(vues.PRIX, filtre, Liste[PrixOut], page=page, sous=produit)


@routes.post(
    "/{code}/prix",
    status_code=201,
    responses=SITUE,
    response_model=PrixOut,
    operation_id="publier_prix_produit",
    summary="Publier un prix (CAT-2)",
)
async def publier(code: CodeLu, corps: PrixIn, appel: Pilotage) -> Response:
    """Un prix à venir; republier un début à venir remplace ce prix."""
    return await appel.ecrire(
        cas_usage.publier_prix,
        corps.commande(code),
        PrixOut.de_fait,
        statut=201,
        emplacement=lambda fait: f"/v1/produits/{fait.produit}?le={fait.debut}",
    )


@routes.post(
    "/{code}/retrait",
    response_model=ProduitOut,
    operation_id="retirer_produit",
    summary="Retirer un produit (CAT-1)",
)
async def retirer(code: CodeLu, corps: RetraitIn, appel: Pilotage) -> Response:
    """Cesse de l'offrir à l'acquisition, ou le retire sans retour."""
    return await appel.ecrire(
        cas_usage.retirer_produit,
        cas_usage.RetirerProduit(code=code, statut=corps.statut),
        lambda produit: ProduitOut.de(produit, jour_lu(appel.horloge)),
    )


def lire_produits() -> Iterator[cas_usage.InscrireProduit]:
    """Les produits de `donnees/produits.toml`."""
    fichier = files("catalogue") / "donnees" / "produits.toml"
    document: dict[str, list[Any]] = tomllib.loads(fichier.read_text(encoding="utf-8"))
    for produit in document["produits"]:
        yield ProduitIn.model_validate_json(orjson.dumps(produit)).commande()


async def charger_produits(contexte: Contexte) -> int:
    """Inscrit les produits qui n'existent pas encore; rend combien."""
    deja = await contexte.lire(vues.codes)
    faits = [
        await contexte.executer(
            "chargement-produits", Ports, cas_usage.inscrire_produit, p, cle=p.code
        )
        for p in lire_produits()
        if p.code not in deja
    ]
    return sum(fait is not None for fait in faits)
