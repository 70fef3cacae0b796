"""Les faits que publie le catalogue : produits du ROPN, prix datés, fiches de service."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import (
    CodeCondition,
    CodeFiche,
    CodeIndicateur,
    CodeOrganisme,
    CodeOuvert,
    CodeProduit,
    CodeTarif,
    Dollars,
    Evenement,
    Jour,
    NomFait,
    Taux,
    Valeur,
)
from noyau import Predicat


class _EvenementCatalogue(Evenement):
    PRODUCTEUR: ClassVar[str] = "catalogue"


class _Produit(_EvenementCatalogue):
    """L'état entier d'un produit du ROPN (CAT-1, CAT-3, CAT-4)."""

    CLE: ClassVar[str] = "code"
    AGREGATS: ClassVar[tuple[str, ...]] = ("produit",)

    code: CodeProduit
    libelle: str = Field(description="Le nom du produit, en français.")
    categorie: str = Field(description="La catégorie du ROPN.")
    sorte: CodeOuvert = Field(description="La nature du produit (CAT-1).")
    statut: CodeOuvert = Field(
        description="« plus_offert » : ne s'acquiert plus, se facture encore (CAT-1)."
    )
    noyau: bool = Field(description="Du noyau de base : ne se facture pas (CAT-4).")
    normalise: bool = Field(description="Modèle ou configuration normalisé (CAT-4, condition b).")
    gamme: CodeOuvert = Field(default="ordinaire", description="La gamme d'un poste (condition e).")
    reserve_hauts_dirigeants: bool = Field(
        default=False, description="Réservé aux hauts dirigeants (CAT-3)."
    )
    duree_de_vie_mois: int | None = Field(
        default=None,
        ge=1,
        description="Sa durée de vie, en mois : remplacé avant, un actif l'est prématurément"
        " (FAC-2). Absente : pas dite.",
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


class ProduitRetire(_Produit):
    """Un produit est retiré du ROPN; l'événement porte son dernier état entier (CAT-1)."""

    TYPE: ClassVar[str] = "produit.retiré"


class TarifPublie(_EvenementCatalogue):
    """Le prix d'un produit du ROPN vaut sur `[debut, fin)` (CAT-2).

    Un même `debut` republié remplace le prix futur; `version` croît pour un même produit.
    """

    TYPE: ClassVar[str] = "tarif.publié"
    CLE: ClassVar[str] = "produit"
    AGREGATS: ClassVar[tuple[str, ...]] = ("produit",)

    produit: CodeProduit
    version: int = Field(description="Le rang de ce prix pour le produit.")
    debut: Jour = Field(description="Premier jour où le prix vaut, date de Québec.")
    fin: Jour | None = Field(default=None, description="Borne exclue; absente : sans terme.")
    prix: Dollars


class Tranche(Valeur):
    """Une tranche d'une grille : frais = montant + taux × valeur, à partir d'un seuil."""

    a_partir_de: Dollars = Field(description="La valeur, en dollars, où la tranche commence.")
    montant: Dollars = Field(description="Le montant fixe de la tranche, en dollars.")
    taux: Taux = Field(description="La part de la valeur qui s'y ajoute.")


class Palier(Valeur):
    """Au-delà d'un seuil, chaque pas entamé d'une quantité coûte un montant (FAC-4)."""

    a_partir_de: int = Field(ge=0, description="La quantité où le palier commence.")
    pas: int = Field(ge=1, description="La quantité que paie un montant; entamée, elle est due.")
    montant: Dollars = Field(description="Le prix d'un pas, en dollars.")


class Borne(Valeur):
    """Un fait : un type d'événement, et ce que doivent dire ses faits nommés (CAT-9)."""

    evenement: str = Field(description="Le type de l'événement.", examples=["demande.créée"])
    si: Predicat | None = Field(
        default=None, description="À quoi ses faits répondent; absent : tous conviennent."
    )


class Declencheur(Valeur):
    """Ce qui rend un tarif dû : un fait, ou la livraison d'un produit qui le porte (CAT-9)."""

    livraison: bool = Field(
        default=False, description="Vrai : la livraison d'un actif dont le produit le porte."
    )
    evenement: str | None = Field(
        default=None, description="Sinon, le type de l'événement.", examples=["travail.effectué"]
    )
    si: Predicat | None = Field(
        default=None, description="À quoi ses faits répondent; absent : tous conviennent."
    )


class Quantite(Valeur):
    """Comment un tarif se compte : une forme, et les faits nommés qu'elle lit (CAT-9).

    Les formes : « mois » (du fait à celui qui le finit), « unites », « duree » (en minutes),
    « paliers », « grille » (d'une valeur en dollars), « forfait », « saisi » (le montant du fait).
    """

    forme: CodeOuvert = Field(description="La forme du décompte.", examples=["mois"])
    fois: NomFait | None = Field(
        default=None, description="Le fait qui dit combien d'unités; absent : une seule."
    )
    fait: NomFait | None = Field(
        default=None, description="Le fait que compte une durée, des paliers, une grille, un saisi."
    )
    pas: int = Field(default=1, ge=1, description="La durée s'arrondit à ce pas supérieur.")
    minimum: int | None = Field(default=None, description="La durée facturée au moins.")
    maximum: int | None = Field(default=None, description="La durée facturée au plus.")
    par: tuple[NomFait, ...] = Field(
        default=(),
        description="Ce qui réunit des faits d'une même source, qu'il nomme : ceux dont ces faits"
        " sont égaux; « jour » est le jour du fait. Vide : chacun se compte seul.",
    )
    a_la_cloture: NomFait | None = Field(
        default=None, description="Le fait qui, vrai, clôt le groupe et le rend dû."
    )
    signale_apres_jours: int | None = Field(
        default=None,
        description="Jours civils après lesquels un groupe que rien n'a clos se signale; absent :"
        " jamais.",
    )
    paliers: tuple[Palier, ...] = Field(default=(), description="Ceux de la forme « paliers ».")
    grille: tuple[Tranche, ...] = Field(
        default=(), description="Les tranches d'une grille; vide : aucune grille publiée."
    )


class FraisUniques(Valeur):
    """Des frais dus une fois par source, avec le premier mois d'un abonnement (FAC-1)."""

    libelle: str = Field(description="Ce que les frais paient.")
    montant: Dollars | None = Field(default=None, description="Absent : la ligne attend.")


class Engagement(Valeur):
    """La durée qu'un abonnement s'engage à courir (FAC-5)."""

    mois: int = Field(ge=1, description="La durée d'un terme, en mois.")
    reconduit: bool = Field(description="Vrai : un nouveau terme suit celui qui échoit.")
    preavis_jours: int | None = Field(
        default=None,
        description="Jours civils d'avis pour finir au terme, sinon au suivant; absent : la fin"
        " vaut à sa date, et solde le terme.",
    )


class Tarif(Valeur):
    """Un tarif d'une fiche : quand il est dû, comment il se compte (CAT-5, CAT-9)."""

    code: CodeTarif
    libelle: str = Field(description="Ce que le tarif paie.")
    du: Declencheur = Field(description="Ce qui le rend dû.")
    quantite: Quantite = Field(description="Comment il se compte.")
    source: CodeOuvert = Field(
        default="fiche",
        description="D'où vient le montant : « fiche », « ropn ».",
        examples=["ropn"],
    )
    montant: Dollars | None = Field(
        default=None, description="Absent : aucun montant applicable, la ligne est mise en attente."
    )
    majoration: Taux = Field(
        default="0",
        description="Taux ajouté à la facturation (FAC-3) : 0.10.",
        validate_default=True,
    )
    mois_si_perte: int = Field(
        default=0, description="Mois facturés si ce qu'il paie est perdu (FAC-2)."
    )
    frais_uniques: FraisUniques | None = Field(default=None, description="Absents : aucuns.")
    engagement: Engagement | None = Field(default=None, description="Absent : aucun.")
    abonnements_ouverts: CodeOuvert | None = Field(
        default=None,
        description="Ce que deviennent les abonnements de l'ancien décompte, s'il change :"
        " « finissent » ou « continuent ».",
        examples=["continuent"],
    )


class Condition(Valeur):
    """Ce qui sort une mesure du taux ajusté (SLA-8)."""

    code: CodeCondition
    libelle: str = Field(description="La condition, en clair.")
    exclut: Predicat = Field(description="Les faits du sujet qui l'excluent.")
    signale: Predicat | None = Field(
        default=None, description="Les faits qui ne permettent pas de conclure : signalée."
    )


class Indicateur(Valeur):
    """Un indicateur : le sujet qu'il mesure, son horloge, sa cible (CAT-9, SLA-10)."""

    code: CodeIndicateur
    libelle: str = Field(description="Ce que l'indicateur mesure.")
    sujet: CodeOuvert = Field(description="La sorte de sujet.", examples=["demande"])
    couvre: Predicat | None = Field(
        default=None, description="Les faits du sujet mesuré; absent : tous le sont."
    )
    ouvre: tuple[Borne, ...] = Field(description="Le premier de ces faits ouvre la mesure (J0).")
    suspend: tuple[str, ...] = Field(
        default=(), description="Les types d'événements qui suspendent l'horloge."
    )
    reprend: tuple[str, ...] = Field(default=(), description="Ceux qui la reprennent.")
    ferme: tuple[str, ...] = Field(
        default=(), description="Ceux qui la ferment; des livraisons attendues, la dernière."
    )
    rouvre: tuple[str, ...] = Field(default=(), description="Ceux qui rouvrent une mesure fermée.")
    retire: tuple[str, ...] = Field(
        default=(), description="Ceux qui retirent le sujet de la mesure (SLA-2)."
    )
    horloge: CodeOuvert = Field(
        description="Ce que l'on compte : « jours_ouvrables », « jours_civils »,"
        " « date_convenue », « minutes ».",
        examples=["jours_ouvrables"],
    )
    calendrier: CodeOuvert = Field(
        default="csc",
        description="Les heures de service : « csc », « visioconference », « continu ».",
    )
    delai: int | None = Field(
        default=None,
        description="Le délai, dans l'unité de l'horloge; absent : suivi, sans mesure.",
    )
    cible: Taux | None = Field(default=None, description="Part entre 0 et 1; absente : sans cible.")
    a_risque: int | None = Field(
        default=None, description="Jours avant l'échéance où le sujet est à risque (SLA-6)."
    )
    conditions: tuple[Condition, ...] = Field(
        default=(), description="Ce qui exclut du taux ajusté (SLA-8)."
    )


class FichePubliee(_EvenementCatalogue):
    """Une version d'une fiche vaut de `debut` au début de la suivante (CAT-5).

    Un même `debut` republié remplace la version : la plus grande vaut, sauf retirée.
    """

    TYPE: ClassVar[str] = "fiche.publiée"
    CLE: ClassVar[str] = "code"
    AGREGATS: ClassVar[tuple[str, ...]] = ("fiche",)

    code: CodeFiche
    titre: str = Field(description="Le titre de la fiche.")
    version: int = Field(description="Le rang de la version; un numéro ne resert jamais.")
    debut: Jour = Field(description="Premier jour où la version vaut, date de Québec.")
    tarifs: tuple[Tarif, ...] = Field(description="Tous les tarifs de la version.")
    indicateurs: tuple[Indicateur, ...] = Field(description="Tous les indicateurs de la version.")
    finis: tuple[CodeTarif, ...] = Field(
        default=(), description="Les tarifs et les indicateurs qui cessent à `debut`."
    )


class FicheRetiree(_EvenementCatalogue):
    """Une version à venir ne vaudra pas : la précédente se prolonge (CAT-2).

    Vise toutes les versions de même `debut`, jusqu'à celle-ci comprise.
    """

    TYPE: ClassVar[str] = "fiche.retirée"
    CLE: ClassVar[str] = "code"
    AGREGATS: ClassVar[tuple[str, ...]] = ("fiche",)

    code: CodeFiche
    version: int = Field(description="La version retirée.")
    debut: Jour = Field(description="Le jour où elle aurait commencé, date de Québec.")


class JourFerie(Valeur):
    """Un jour férié qui revient chaque année (SLA-1)."""

    code: str = Field(description="Le code du jour.", examples=["vendredi-saint"])
    libelle: str = Field(description="Le nom du jour.")
    regle: dict[str, str | int] = Field(
        description="Comment son jour se trouve.", examples=[{"fixe": "06-24"}, {"paques": -2}]
    )
    report: CodeOuvert = Field(
        description="Où il va en fin de semaine : « recule », « avance », « voisin », « aucun »."
    )


class JourDecide(Valeur):
    """Un jour que le gouvernement ajoute aux fériés, ou en retire."""

    jour: Jour = Field(description="La date de Québec.")
    libelle: str = Field(description="Pourquoi.")


class CalendrierPublie(_EvenementCatalogue):
    """Une version du calendrier ouvrable décide des jours à partir d'une date (SLA-1).

    Chaque jour suit la version la plus récente qui est en vigueur ce jour-là ou avant.
    """

    TYPE: ClassVar[str] = "calendrier.publié"
    CLE: ClassVar[str] = "calendrier"
    AGREGATS: ClassVar[tuple[str, ...]] = ("calendrier",)

    calendrier: CodeOuvert = Field(
        description="Le calendrier dont voici une version.", examples=["fonction_publique"]
    )
    version: str = Field(
        min_length=1, max_length=40, description="Le nom de la version.", examples=["2015-1"]
    )
    en_vigueur_depuis: Jour = Field(description="Le premier jour qu'elle décide, date de Québec.")
    note: str = Field(default="", description="Ce qui l'a motivée.")
    feries: tuple[JourFerie, ...] = Field(description="Les jours qui reviennent chaque année.")
    ajouts: tuple[JourDecide, ...] = Field(default=(), description="Les jours ajoutés.")
    retraits: tuple[JourDecide, ...] = Field(default=(), description="Les jours retirés.")
    horaires: dict[str, dict[str, tuple[str, ...]]] = Field(
        description="Par genre de plage, puis par type de jour, les heures de service.",
        examples=[{"csc": {"ouvrable": ["07:30-17:00"]}}],
    )


class _StatuQuo(_EvenementCatalogue):
    CLE: ClassVar[str] = "statu_quo_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("statu_quo",)

    statu_quo_id: UUID = Field(description="Le statu quo.")
    organisme: CodeOrganisme
    fiche: CodeFiche


class StatuQuoAccorde(_StatuQuo):
    """Un organisme garde une version d'une fiche, quoi qu'on publie ensuite (CAT-6)."""

    TYPE: ClassVar[str] = "statu_quo.accordé"

    version: int = Field(ge=1, description="La version gardée.")
    debut: Jour = Field(description="Le premier jour du statu quo, date de Québec.")


class StatuQuoFini(_StatuQuo):
    """Le statu quo finit : l'organisme suit de nouveau la version en vigueur (CAT-6)."""

    TYPE: ClassVar[str] = "statu_quo.fini"

    fin: Jour = Field(description="Le premier jour hors du statu quo, date de Québec.")


EVENEMENTS: tuple[type[Evenement], ...] = (
    ProduitInscrit,
    ProduitModifie,
    ProduitRetire,
    TarifPublie,
    FichePubliee,
    FicheRetiree,
    CalendrierPublie,
    StatuQuoAccorde,
    StatuQuoFini,
)
