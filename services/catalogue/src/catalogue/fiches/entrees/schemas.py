"""Une fiche telle qu'on l'écrit, en TOML ou en JSON, et telle qu'on la relit.

Ce que rend un GET se reposte tel quel : seul `debut` décide.
"""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from catalogue.base import Code, Dollars, Phrase
from catalogue.fiches.adaptateurs.annuaire import ANNUAIRE_FAITS
from catalogue.fiches.cas_usage import PublierFiche
from catalogue.fiches.domaine import contenu as domaine
from catalogue.fiches.domaine.fiche import FicheRetiree, Prevision, Publication
from catalogue.fiches.domaine.sujets import cycle_de
from catalogue.fiches.entrees.champs import (
    DECIMAL,
    ENTIER,
    CodeCondition,
    CodeOuvert,
    Ecrit,
    Fait,
    Jours,
    Lignes,
    Logique,
    Minutes,
    Part,
    Seuil,
    Taux,
    Type,
    Types,
)
from catalogue.fiches.entrees.predicats import Predicat
from socle.bd.instructions import Ligne
from socle.champs import Jour, NomFacultatif
from socle.web import Probleme, Sortie, exemple

_CONTENU: Final = TypeAdapter(domaine.ContenuFiche)
Prix = Annotated[Dollars, DECIMAL]


class Borne(Ecrit):
    """Un type d'événement, et à quoi ses faits répondent."""

    evenement: Type
    si: Predicat | None = None


class Declencheur(Ecrit):
    """Ce qui rend un tarif dû : `livraison` d'un produit qui le porte, ou un `evenement`."""

    livraison: Logique = False
    evenement: Type | None = None
    si: Predicat | None = None


class Palier(Ecrit):
    """À partir d'une quantité, chaque pas entamé coûte `montant`."""

    a_partir_de: Seuil
    pas: Minutes
    montant: Prix


class Tranche(Ecrit):
    """À partir d'un seuil, les frais sont `montant + taux × valeur`."""

    a_partir_de: Prix
    montant: Prix
    taux: Taux


class Quantite(Ecrit):
    """Comment un tarif se compte : mois, unites, duree, paliers, grille, forfait ou saisi."""

    forme: CodeOuvert
    fois: Fait | None = None
    fait: Fait | None = None
    pas: Minutes = 1
    minimum: Minutes | None = None
    maximum: Minutes | None = None
    par: Annotated[tuple[Fait, ...], Field(max_length=5)] = ()
    a_la_cloture: Fait | None = None
    signale_apres_jours: Annotated[int, Field(ge=1, le=366), ENTIER] | None = Field(
        default=None, description="Jours civils après lesquels un groupe resté ouvert se signale."
    )
    paliers: Annotated[tuple[Palier, ...], Field(max_length=50)] = ()
    grille: Annotated[tuple[Tranche, ...], Field(max_length=50)] = ()


class FraisUniques(Ecrit):
    """Des frais dus une fois, avec le premier mois; sans montant, leur ligne attend."""

    libelle: Phrase
    montant: Prix | None = None


class Engagement(Ecrit):
    """La durée qu'un abonnement s'engage à courir (FAC-5)."""

    mois: Annotated[int, Field(ge=1, le=120), ENTIER]
    reconduit: Logique
    preavis_jours: Annotated[int, Field(ge=1, le=366), ENTIER] | None = None


class Tarif(Ecrit):
    """Un tarif d'une fiche. Sans montant ni grille, la ligne facturée est mise en attente."""

    code: Code
    libelle: Phrase
    precision: NomFacultatif = Field(
        default="", description="Complète un libellé neutre; vide tant que le MCN ne l'a pas dite."
    )
    du: Declencheur
    quantite: Quantite
    source: CodeOuvert = Field(default="fiche", description="« fiche » ou « ropn ».")
    montant: Prix | None = None
    majoration: Taux = Decimal(0)
    mois_si_perte: Annotated[int, Field(ge=0, le=60), ENTIER] = 0
    frais_uniques: FraisUniques | None = None
    engagement: Engagement | None = None
    abonnements_ouverts: CodeOuvert | None = Field(
        default=None, description="« finissent » ou « continuent », s'il cesse d'être mensuel."
    )
    cumule_avec: Annotated[tuple[Code, ...], Field(max_length=20)] = Field(
        default=(), description="Les tarifs dus avec lui pour un même fait; eux aussi le nomment."
    )


class Condition(Ecrit):
    """Ce qui sort une mesure du taux ajusté; `signale` : on ne peut conclure."""

    code: CodeCondition
    libelle: Phrase
    exclut: Predicat
    signale: Predicat | None = None


class Indicateur(Ecrit):
    """Un indicateur; ce qu'il tait du cycle d'une demande se complète à la publication."""

    code: Code
    libelle: Phrase
    sujet: CodeOuvert = Field(examples=["demande"])
    couvre: Predicat | None = None
    ouvre: Annotated[tuple[Borne, ...], Field(max_length=20)] | None = None
    suspend: Types | None = None
    reprend: Types | None = None
    ferme: Types = ()
    rouvre: Types | None = None
    retire: Types | None = None
    horloge: CodeOuvert = Field(examples=["jours_ouvrables"])
    calendrier: CodeOuvert = "csc"
    delai: Jours | None = None
    cible: Part | None = None
    a_risque: Jours | None = None
    conditions: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()

    @property
    def entier(self) -> dict[str, Any]:
        """Tel que dit, et complété."""
        complet = asdict(cycle_de(self.sujet, self.ferme, ANNUAIRE_FAITS))
        return complet | {nom: v for nom, v in self.model_dump().items() if v is not None}


class Description(Ecrit):
    """Ce que la fiche promet, en clair."""

    resume: Phrase
    inclus: Lignes = ()
    exclus: Lignes = ()
    options: Lignes = ()
    obligations: Lignes = ()
    notes: Lignes = ()


class _Contenu(Ecrit):
    titre: Phrase
    description: Description
    tarifs: Annotated[tuple[Tarif, ...], Field(max_length=300)]
    indicateurs: Annotated[tuple[Indicateur, ...], Field(max_length=100)]
    finis: Annotated[tuple[Code, ...], Field(max_length=400)] = Field(
        default=(), description="Les tarifs et les indicateurs qui cessent à `debut`."
    )


ALTERNATIVES = 300
"""Dans tous les « si » des tarifs d'une fiche : chacune se confronte aux autres (CAT-9)."""


class FicheIn(_Contenu):
    """Une version entière d'une fiche; `fin`, si elle est dite, est le début de la suivante."""

    code: Code | None = Field(default=None, description="S'il est dit, celui de l'adresse.")
    version: Annotated[int, Field(ge=1, le=1_000_000), ENTIER] | None = Field(
        default=None,
        description="Celle qu'on a relue, qui vaut encore; le catalogue donne la suivante.",
    )
    debut: Jour = Field(description="Premier jour; à venir, sauf pour donner un montant absent.")
    fin: Jour | None = Field(default=None, description="Borne exclue.")

    model_config = exemple(
        {
            "debut": "2027-04-01",
            "titre": "Prêt de projecteurs",
            "description": {"resume": "Un projecteur prêté à l'heure."},
            "tarifs": [
                {
                    "code": "PROJECTEUR",
                    "libelle": "Prêt d'un projecteur",
                    "du": {
                        "evenement": "prestation.effectuée",
                        "si": {"fait": "prestation", "egale": "pret_projecteur"},
                    },
                    "quantite": {"forme": "duree", "fait": "minutes", "pas": 30},
                    "montant": "12.50",
                }
            ],
            "indicateurs": [],
        }
    )

    @model_validator(mode="after")
    def _bornee(self) -> Self:
        if sum(len(t.du.si.alternatives) for t in self.tarifs if t.du.si) > ALTERNATIVES:
            raise ValueError(f"Les « si » des tarifs disent au plus {ALTERNATIVES} alternatives.")
        return self

    def commande(self, code: str, *, mise_en_route: bool = False) -> PublierFiche:
        """Lève `Probleme` 422 si le corps nomme une autre fiche que l'adresse."""
        if self.code not in (None, code):
            raise Probleme(422, f"Le corps nomme la fiche {self.code}, l'adresse {code}.")
        dit = self.model_dump(include=set(_Contenu.model_fields))
        dit["indicateurs"] = [indicateur.entier for indicateur in self.indicateurs]
        publication = Publication(
            debut=self.debut,
            fin=self.fin,
            contenu=_CONTENU.validate_python(dit),
            relue=self.version,
            mise_en_route=mise_en_route,
        )
        return PublierFiche(code=code, publication=publication)


class FicheOut(Sortie):
    """La version d'une fiche qui vaut sur `[debut, fin)`; sans `fin`, jusqu'à nouvel ordre."""

    code: str
    version: int
    debut: date
    fin: date | None
    titre: str
    description: Description
    tarifs: tuple[Tarif, ...]
    indicateurs: tuple[Indicateur, ...]
    finis: tuple[str, ...]

    @classmethod
    def de(cls, prevision: Prevision) -> "FicheOut":
        version = prevision.version
        dit = _CONTENU.dump_python(version.valeur)
        return cls(
            code=prevision.code,
            version=version.numero,
            debut=version.debut,
            fin=prevision.fin,
            **dit,
        )


class ChangementOut(Sortie):
    """Ce que la publication changerait d'un tarif ou d'un indicateur."""

    code: str
    genre: Literal["tarif", "indicateur"]
    nature: Literal["ajoute", "modifie", "finit", "comble"]
    champs: tuple[str, ...]


class EssaiOut(Sortie):
    """Ce que publier donnerait; rien n'est écrit."""

    version: int
    debut: date
    fin: date | None
    changements: tuple[ChangementOut, ...]
    inchangee: bool

    @classmethod
    def de(cls, prevision: Prevision) -> "EssaiOut":
        version = prevision.version
        return cls(
            version=version.numero,
            debut=version.debut,
            fin=prevision.fin,
            changements=tuple(ChangementOut.model_validate(c) for c in prevision.changements),
            inchangee=prevision.inchangee,
        )


class RetraitOut(Sortie):
    """La version retirée avant son début; la précédente se prolonge."""

    code: str
    version: int
    debut: date

    @classmethod
    def de(cls, fait: FicheRetiree) -> "RetraitOut":
        return cls(code=fait.code, version=fait.version, debut=fait.debut)


class VersionFicheOut(Sortie):
    """Une version d'une fiche, sans son contenu; remplacée ou retirée, elle ne vaut plus."""

    code: str
    titre: str
    version: int
    debut: date
    fin: date | None
    publie_le: datetime
    remplace_par: int | None
    retiree_le: datetime | None


class TarifEnVigueurOut(Tarif):
    """Un tarif en vigueur, avec la version de la fiche d'où il vient."""

    fiche: str
    version: int
    debut: date
    fin: date | None = None

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "TarifEnVigueurOut":
        lus = ligne._asdict()
        return cls(**lus.pop("tarif") | lus)
