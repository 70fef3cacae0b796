"""Les faits que publie le catalogue : produits du ROPN, prix datés, fiches de service."""

from typing import ClassVar, Literal

from pydantic import Field

from contrats.base import (
    CodeProduit,
    CodeTarif,
    Dollars,
    Evenement,
    Taux,
    Valeur,
    date,
)

Sorte = Literal[
    "materiel", "logiciel", "poste_virtuel", "moniteur", "station", "peripherique",
    "accessoire", "jeton", "appareil_mobile",
]  # fmt: skip
Statut = Literal["actif", "plus_offert", "retire"]
Gamme = Literal[
    "ordinaire", "detachable", "intermediaire", "haute_performance",
    "tres_haute_performance", "inconnue",
]  # fmt: skip
Unite = Literal["mois", "produit", "heure", "demande", "incident", "contrat", "acte"]
Source = Literal["fiche", "ropn", "grille", "saisi"]


class _EvenementCatalogue(Evenement):
    PRODUCTEUR: ClassVar[str] = "catalogue"


class _Produit(_EvenementCatalogue):
    """L'état entier d'un produit du ROPN (CAT-1, CAT-3, CAT-4)."""

    CLE: ClassVar[str] = "code"

    code: CodeProduit
    libelle: str = Field(description="Le nom du produit, en français.")
    categorie: str = Field(description="La catégorie du ROPN.")
    sorte: Sorte = Field(description="La nature du produit (CAT-1).")
    statut: Statut = Field(
        description="« plus_offert » : ne s'acquiert plus, se facture encore (CAT-1)."
    )
    noyau: bool = Field(description="Du noyau de base : ne se facture pas (CAT-4).")
    normalise: bool = Field(description="Modèle ou configuration normalisé (CAT-4, condition b).")
    gamme: Gamme = Field(default="ordinaire", description="La gamme d'un poste (condition e).")
    reserve_hauts_dirigeants: bool = Field(
        default=False, description="Réservé aux hauts dirigeants (CAT-3)."
    )
    tarifs: tuple[CodeTarif, ...] = Field(
        description="Les tarifs que déclenche la livraison d'une unité; vide : rien à facturer."
    )


class ProduitInscrit(_Produit):
    """Un produit est inscrit au ROPN (CAT-1)."""

    TYPE: ClassVar[str] = "produit.inscrit"


class ProduitModifie(_Produit):
    """Un produit a changé; l'événement porte son nouvel état entier."""

    TYPE: ClassVar[str] = "produit.modifié"


class TarifPublie(_EvenementCatalogue):
    """Le prix d'un produit du ROPN vaut sur `[debut, fin)` (CAT-2).

    Un même `debut` republié remplace le prix futur; `version` croît pour un même produit.
    """

    TYPE: ClassVar[str] = "tarif.publié"
    CLE: ClassVar[str] = "produit"

    produit: CodeProduit
    version: int = Field(description="Le rang de ce prix pour le produit.")
    debut: date = Field(description="Premier jour où le prix vaut, date de Québec.")
    fin: date | None = Field(default=None, description="Borne exclue; absente : sans terme.")
    prix: Dollars


class Tranche(Valeur):
    """Une tranche d'une grille : frais = montant + taux × valeur, à partir d'un seuil."""

    a_partir_de: Dollars = Field(description="La valeur, en dollars, où la tranche commence.")
    montant: Dollars = Field(description="Le montant fixe de la tranche, en dollars.")
    taux: Taux = Field(description="La part de la valeur qui s'y ajoute.")


class Tarif(Valeur):
    """Un tarif d'une fiche (CAT-5); les montants sont en dollars."""

    code: CodeTarif
    libelle: str = Field(description="Ce que le tarif paie.")
    unite: Unite = Field(description="Ce que le montant multiplie.")
    source: Source = Field(description="D'où vient le montant; « saisi » : acte par acte, motivé.")
    montant: Dollars | None = Field(
        default=None, description="Absent : aucun montant applicable, la ligne est mise en attente."
    )
    majoration: Taux = Field(
        default="0",
        description="Taux ajouté à la facturation (FAC-3) : 0.10.",
        validate_default=True,
    )
    grille: tuple[Tranche, ...] = Field(
        default=(), description="Les tranches d'un tarif à grille; vide : aucune grille publiée."
    )
    pas_minutes: int = Field(
        default=15, description="Le temps s'arrondit à ce pas supérieur (FAC-4)."
    )
    minimum_minutes: int | None = Field(
        default=None, description="Minimum facturé par incident (FAC-4)."
    )
    maximum_minutes: int | None = Field(
        default=None, description="Maximum facturé par incident (FAC-4)."
    )
    mois_si_perte: int = Field(
        default=0, description="Mois facturés si l'équipement est perdu (FAC-2)."
    )


class Indicateur(Valeur):
    """Un indicateur de niveau de service d'une fiche (CAT-5, SLA-4)."""

    code: str = Field(description="Le code de l'indicateur.", examples=["PT-1"])
    libelle: str = Field(description="Ce que l'indicateur mesure.")
    mesure: Literal["delai", "disponibilite", "date_convenue"] = Field(
        description="Ce que l'on compare : des jours, une part du temps, une date."
    )
    cible: Taux | None = Field(default=None, description="Part entre 0 et 1; absente : sans cible.")
    delai: int | None = Field(
        default=None, description="Nombre de jours; absent : pas de délai publié."
    )
    unite_delai: Literal["jours_ouvrables", "jours_civils"] = Field(
        default="jours_ouvrables", description="Les jours que le délai compte."
    )
    sortes: tuple[str, ...] = Field(default=(), description="Les sortes de demandes mesurées.")
    fin: tuple[str, ...] = Field(
        default=(), description="Les types d'événements de livraison qui ferment la mesure."
    )
    conditions: tuple[Literal["a", "b", "c", "d", "e"], ...] = Field(
        default=(), description="Les conditions d'exclusion du taux ajusté (SLA-8)."
    )


class FichePubliee(_EvenementCatalogue):
    """Une version d'une fiche de service vaut sur `[debut, fin)` (CAT-5)."""

    TYPE: ClassVar[str] = "fiche.publiée"
    CLE: ClassVar[str] = "code"

    code: str = Field(description="Le code de la fiche.", examples=["POSTES"])
    titre: str = Field(description="Le titre de la fiche.")
    version: int = Field(description="Le rang de la version; les numéros se suivent.")
    debut: date = Field(description="Premier jour où la version vaut, date de Québec.")
    fin: date | None = Field(default=None, description="Borne exclue; absente : sans terme.")
    tarifs: tuple[Tarif, ...] = Field(description="Tous les tarifs de la version.")
    indicateurs: tuple[Indicateur, ...] = Field(description="Tous les indicateurs de la version.")


EVENEMENTS: tuple[type[Evenement], ...] = (
    ProduitInscrit,
    ProduitModifie,
    TarifPublie,
    FichePubliee,
)
