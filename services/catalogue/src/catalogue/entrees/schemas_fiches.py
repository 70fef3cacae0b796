"""Les corps reçus et rendus des fiches. Un fichier de données est un corps reçu."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

from catalogue.cas_usage.publier_fiche import PublierFiche
from catalogue.domaine.fiche import (
    Condition,
    ContenuFiche,
    FichePubliee,
    Mesure,
    UniteDelai,
)
from catalogue.domaine.tarif import Source, Unite
from catalogue.entrees.champs import Code, Dollars, Lignes, Minutes, Part, Taux, Texte
from contrats import EVENEMENTS
from contrats.demandes import SorteDemande
from socle.web import Entree, Sortie

_CONTENU: Final = TypeAdapter(ContenuFiche)
_TYPES: Final = frozenset(type_ for type_, _ in EVENEMENTS)


def _evenement_connu(type_: str) -> str:
    if type_ not in _TYPES:
        raise ValueError(f"Aucun événement ne se nomme « {type_} » : la mesure ne finirait jamais.")
    return type_


class Tranche(Entree):
    """À partir d'un seuil, les frais sont `montant + taux × valeur`."""

    a_partir_de: Dollars
    montant: Dollars
    taux: Taux


class Tarif(Entree):
    """Un tarif d'une fiche. Sans montant ni grille, la ligne facturée est mise en attente."""

    code: Code
    libelle: Texte
    precision: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = Field(
        default="", description="Complète un libellé neutre; vide tant que le MCN ne l'a pas dite."
    )
    unite: Unite
    source: Source
    montant: Dollars | None = None
    majoration: Taux = Decimal(0)
    grille: Annotated[tuple[Tranche, ...], Field(max_length=50)] = ()
    pas_minutes: Minutes = 15
    minimum_minutes: Minutes | None = None
    maximum_minutes: Minutes | None = None
    mois_si_perte: Annotated[int, Field(ge=0, le=60)] = 0


class Indicateur(Entree):
    """Un indicateur de niveau de service; sans cible, les conformes se comptent seulement."""

    code: Code
    libelle: Texte
    mesure: Mesure
    cible: Part | None = None
    delai: Annotated[int, Field(ge=1, le=1_000)] | None = None
    unite_delai: UniteDelai = "jours_ouvrables"
    sortes: tuple[SorteDemande, ...] = ()
    fin: tuple[Annotated[str, AfterValidator(_evenement_connu)], ...] = ()
    conditions: tuple[Condition, ...] = ()


class Description(Entree):
    """Ce que la fiche promet, en clair."""

    resume: Texte
    inclus: Lignes = ()
    exclus: Lignes = ()
    options: Lignes = ()
    obligations: Lignes = ()
    notes: Lignes = ()


class FicheIn(Entree):
    """Une version entière d'une fiche; `fin`, si elle est dite, est le début de la suivante."""

    debut: date = Field(description="Premier jour; à venir, sauf pour combler un tarif vide.")
    fin: date | None = Field(default=None, description="Borne exclue.")
    titre: Texte
    description: Description
    tarifs: Annotated[tuple[Tarif, ...], Field(max_length=300)]
    indicateurs: Annotated[tuple[Indicateur, ...], Field(max_length=100)]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "debut": "2027-04-01",
                    "titre": "Prêt de projecteurs",
                    "description": {"resume": "Un projecteur prêté à l'heure."},
                    "tarifs": [
                        {
                            "code": "PROJECTEUR",
                            "libelle": "Prêt d'un projecteur",
                            "unite": "heure",
                            "source": "fiche",
                            "montant": "12.50",
                        }
                    ],
                    "indicateurs": [],
                }
            ]
        }
    )

    def commande(self, code: str) -> PublierFiche:
        contenu = self.model_dump(exclude={"debut", "fin"})
        return PublierFiche(
            code=code,
            debut=self.debut,
            fin=self.fin,
            contenu=_CONTENU.validate_python(contenu),
        )


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

    @classmethod
    def de_ligne(cls, ligne: Any) -> "FicheOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        return cls(
            code=ligne.code,
            version=ligne.version,
            debut=ligne.debut,
            fin=ligne.fin,
            **ligne.contenu,
        )

    @classmethod
    def de_fait(cls, fait: FichePubliee) -> "FicheOut":
        return cls(
            code=fait.code,
            version=fait.version,
            debut=fait.debut,
            fin=fait.fin,
            **_CONTENU.dump_python(fait.contenu),
        )


class VersionOut(Sortie):
    """Une version d'une fiche, sans son contenu; `remplace_par` : elle ne vaut plus."""

    code: str
    titre: str
    version: int
    debut: date
    fin: date | None
    publie_le: datetime
    remplace_par: int | None

    @classmethod
    def de_ligne(cls, ligne: Any) -> "VersionOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        return cls(
            code=ligne.code,
            titre=ligne.contenu["titre"],
            version=ligne.version,
            debut=ligne.debut,
            fin=ligne.fin,
            publie_le=ligne.publie_le,
            remplace_par=ligne.remplace_par,
        )


class TarifOut(Tarif):
    """Un tarif en vigueur, avec la version de la fiche d'où il vient."""

    fiche: str
    version: int
    debut: date
    fin: date | None

    @classmethod
    def de_ligne(cls, ligne: Any) -> "TarifOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        return cls(
            fiche=ligne.fiche,
            version=ligne.version,
            debut=ligne.debut,
            fin=ligne.fin,
            **ligne.tarif,
        )
