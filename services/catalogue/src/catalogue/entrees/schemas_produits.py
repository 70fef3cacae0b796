"""Les corps reçus et rendus des produits du ROPN et de leurs prix."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from catalogue.cas_usage.inscrire_produit import InscrireProduit, PremierPrix
from catalogue.cas_usage.modifier_produit import ModifierProduit
from catalogue.cas_usage.publier_prix import PublierPrix
from catalogue.domaine.produit import Descriptif, Gamme, PrixPublie, Produit, Sorte, Statut
from catalogue.entrees.champs import Code, CodeProduit, Dollars, Texte
from socle.web import Entree, Sortie

Tarifs = Annotated[
    tuple[Code, ...],
    Field(max_length=20, description="Les tarifs que déclenche la livraison d'une unité (CAT-4)."),
]


class PremierPrixIn(Entree):
    """Le premier prix d'un produit; il peut valoir depuis une date passée (CAT-2)."""

    debut: date
    montant: Dollars

    def commande(self) -> PremierPrix:
        return PremierPrix(debut=self.debut, montant=self.montant)


class ProduitIn(Entree):
    """Un produit à inscrire; un tarif lu au ROPN exige un prix."""

    code: CodeProduit
    libelle: Texte
    categorie: Texte
    sorte: Sorte
    statut: Literal["actif", "plus_offert"] = "actif"
    noyau: bool = False
    normalise: bool = True
    gamme: Gamme = "ordinaire"
    reserve_hauts_dirigeants: bool = False
    tarifs: Tarifs = ()
    prix: PremierPrixIn | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "TRACEUR-CARTES",
                    "libelle": "Traceur de cartes",
                    "categorie": "Logiciels",
                    "sorte": "logiciel",
                    "tarifs": ["PRODUIT", "INSTALLATION"],
                    "prix": {"debut": "2026-04-01", "montant": "240.00"},
                }
            ]
        }
    )

    def commande(self) -> InscrireProduit:
        return InscrireProduit(
            code=self.code,
            sorte=self.sorte,
            statut=self.statut,
            descriptif=Descriptif(
                libelle=self.libelle,
                categorie=self.categorie,
                noyau=self.noyau,
                normalise=self.normalise,
                gamme=self.gamme,
                reserve_hauts_dirigeants=self.reserve_hauts_dirigeants,
                tarifs=self.tarifs,
            ),
            prix=self.prix.commande() if self.prix else None,
        )


class ModificationIn(Entree):
    """Les champs à changer; un champ absent ou nul reste tel quel."""

    libelle: Texte | None = None
    categorie: Texte | None = None
    noyau: bool | None = None
    normalise: bool | None = None
    gamme: Gamme | None = None
    reserve_hauts_dirigeants: bool | None = None
    tarifs: Tarifs | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"libelle": "Traceur, édition 2"}]})

    def commande(self, code: str, version: int) -> ModifierProduit:
        changements = self.model_dump(exclude_none=True)
        return ModifierProduit(code=code, version=version, changements=changements)


class RetraitIn(Entree):
    """« plus_offert » : ne s'acquiert plus, se facture encore; « retire » : sans retour."""

    statut: Literal["plus_offert", "retire"]

    model_config = ConfigDict(json_schema_extra={"examples": [{"statut": "plus_offert"}]})


class PrixIn(Entree):
    """Un prix à venir, en dollars, avant majoration; `fin` : le début du prix suivant."""

    debut: date
    fin: date | None = None
    montant: Dollars

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"debut": "2027-04-01", "montant": "99.95"}]}
    )

    def commande(self, produit: str) -> PublierPrix:
        return PublierPrix(produit=produit, debut=self.debut, fin=self.fin, montant=self.montant)


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
    def de_ligne(cls, ligne: Any) -> "PrixOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        return cls(
            produit=ligne.code,
            version=ligne.version,
            debut=ligne.debut,
            fin=ligne.fin,
            montant=ligne.prix,
            publie_le=ligne.publie_le,
            remplace_par=ligne.remplace_par,
        )

    @classmethod
    def de_fait(cls, fait: PrixPublie) -> "PrixOut":
        return cls(
            produit=fait.produit,
            version=fait.version,
            debut=fait.debut,
            fin=fait.fin,
            montant=fait.prix,
            publie_le=fait.survenu_le,
        )


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
    tarifs: tuple[str, ...]
    prix: PrixEnVigueur | None
    version: int

    @classmethod
    def de_ligne(cls, ligne: Any) -> "ProduitOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        prix = None
        if ligne.prix_version is not None:
            prix = PrixEnVigueur(
                version=ligne.prix_version,
                debut=ligne.prix_debut,
                fin=ligne.prix_fin,
                montant=ligne.prix_montant,
            )
        return cls.model_validate({**ligne._asdict(), "prix": prix})

    @classmethod
    def de(cls, produit: Produit, le: date) -> "ProduitOut":
        """Le produit tel qu'on vient de l'écrire, avec son prix ce jour-là."""
        prix = None
        if courant := produit.prix.en_vigueur(le):
            suivant = produit.prix.suivante(le)
            prix = PrixEnVigueur(
                version=courant.numero,
                debut=courant.debut,
                fin=suivant.debut if suivant else None,
                montant=courant.valeur,
            )
        return cls(
            code=produit.code,
            sorte=produit.sorte,
            statut=produit.statut,
            prix=prix,
            version=produit.version,
            **asdict(produit.descriptif),
        )
