"""Qui appelle les fiches : tout jeton lit; le pilote du catalogue et l'administrateur publient.

Un fichier de `donnees/fiches/` est le corps d'un POST et passe par le même cas d'usage.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends
from pydantic import AfterValidator, Field, TypeAdapter
from starlette.responses import Response

from catalogue.base import Code, CodeLu, Dollars, Le, Phrase, jour_lu
from catalogue.fiches import domaine
from catalogue.fiches.adaptateurs import vues
from catalogue.fiches.cas_usage import PublierFiche, publier_fiche
from catalogue.fiches.ports import Ports
from contrats import EVENEMENTS
from contrats.demandes import SorteDemande
from socle.bd.conversion import Ligne
from socle.service import Contexte
from socle.web import Appel, Entree, Liste, PageDemandee, Sortie, acces, exemple
from socle.web.champs import Jour, NomFacultatif

Lecture = Annotated[Appel[Ports], Depends(acces(Ports))]
Pilotage = Annotated[Appel[Ports], Depends(acces(Ports, "catalogue", "admin"))]

Lignes = Annotated[tuple[Phrase, ...], Field(max_length=100)]
Taux = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6, examples=["0.10"])]
Part = Annotated[Decimal, Field(gt=0, le=1, max_digits=7, decimal_places=6, examples=["0.95"])]
Minutes = Annotated[int, Field(ge=1, le=1_440)]

_CONTENU: Final = TypeAdapter(domaine.ContenuFiche)
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
    libelle: Phrase
    precision: NomFacultatif = Field(
        default="", description="Complète un libellé neutre; vide tant que le MCN ne l'a pas dite."
    )
    unite: domaine.Unite
    source: domaine.Source
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
    libelle: Phrase
    mesure: domaine.Mesure
    cible: Part | None = None
    delai: Annotated[int, Field(ge=1, le=1_000)] | None = None
    unite_delai: domaine.UniteDelai = "jours_ouvrables"
    sortes: tuple[SorteDemande, ...] = ()
    fin: tuple[Annotated[str, AfterValidator(_evenement_connu)], ...] = ()
    conditions: tuple[domaine.Condition, ...] = ()


class Description(Entree):
    """Ce que la fiche promet, en clair."""

    resume: Phrase
    inclus: Lignes = ()
    exclus: Lignes = ()
    options: Lignes = ()
    obligations: Lignes = ()
    notes: Lignes = ()


class FicheIn(Entree):
    """Une version entière d'une fiche; `fin`, si elle est dite, est le début de la suivante."""

    debut: Jour = Field(description="Premier jour; à venir, sauf pour combler un tarif vide.")
    fin: Jour | None = Field(default=None, description="Borne exclue.")
    titre: Phrase
    description: Description
    tarifs: Annotated[tuple[Tarif, ...], Field(max_length=300)]
    indicateurs: Annotated[tuple[Indicateur, ...], Field(max_length=100)]

    model_config = exemple(
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
    )

    def commande(self, code: str) -> PublierFiche:
        contenu = _CONTENU.validate_python(self.model_dump(exclude={"debut", "fin"}))
        return PublierFiche(code=code, debut=self.debut, fin=self.fin, contenu=contenu)


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
    def de_fait(cls, fait: domaine.FichePubliee) -> "FicheOut":
        contenu = _CONTENU.dump_python(fait.contenu)
        return cls(code=fait.code, version=fait.version, debut=fait.debut, fin=fait.fin, **contenu)


class VersionOut(Sortie):
    """Une version d'une fiche, sans son contenu; `remplace_par` : elle ne vaut plus."""

    code: str
    titre: str
    version: int
    debut: date
    fin: date | None
    publie_le: datetime
    remplace_par: int | None


class TarifOut(Tarif):
    """Un tarif en vigueur, avec la version de la fiche d'où il vient."""

    fiche: str
    version: int
    debut: date
    fin: date | None

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "TarifOut":
        lus = dict(ligne._mapping)
        return cls(**lus.pop("tarif") | lus)


routes = APIRouter(prefix="/v1", tags=["fiches"])


@routes.get("/fiches", response_model=Liste[VersionOut], summary="Lister les fiches en vigueur")
async def lister_fiches(appel: Lecture, page: PageDemandee, le: Le = None) -> Response:
    """La version de chaque fiche qui vaut à la date lue, sans son contenu."""
    filtre = vues.FiltreJour(le=jour_lu(appel.horloge, le))
    return await appel.lister(vues.FICHES, filtre, Liste[VersionOut], page=page)


@routes.get("/fiches/{code}", response_model=FicheOut, summary="Lire une fiche à une date")
async def lire_fiche(code: CodeLu, appel: Lecture, le: Le = None) -> Response:
    """La version entière qui vaut à la date lue."""
    vue = vues.fiche_au(code, jour_lu(appel.horloge, le))
    return await appel.lire(vue, FicheOut.model_validate)


@routes.get(
    "/fiches/{code}/versions",
    response_model=Liste[VersionOut],
    summary="Lister les versions d'une fiche",
)
async def lister_versions(code: CodeLu, appel: Lecture, page: PageDemandee) -> Response:
    """Toutes les versions, passées, en vigueur, à venir ou remplacées."""
    filtre, fiche = vues.FiltreVersions(code=code), vues.EXISTANTE.de(code)
    return await appel.lister(vues.VERSIONS, filtre, Liste[VersionOut], page=page, sous=fiche)


@routes.post(
    "/fiches/{code}/versions",
    status_code=201,
    response_model=FicheOut,
    summary="Publier une version d'une fiche (CAT-5)",
)
async def publier_version(code: Code, corps: FicheIn, appel: Pilotage) -> Response:
    """La première version crée la fiche; republier un début à venir remplace cette version."""
    return await appel.ecrire(
        publier_fiche,
        corps.commande(code),
        FicheOut.de_fait,
        statut=201,
        emplacement=lambda fait: f"/v1/fiches/{fait.code}?le={fait.debut}",
    )


@routes.get("/tarifs", response_model=Liste[TarifOut], summary="Lister les tarifs en vigueur")
async def lister_tarifs(appel: Lecture, page: PageDemandee, le: Le = None) -> Response:
    """Les tarifs de toutes les fiches à la date lue (CAT-5)."""
    filtre = vues.FiltreJour(le=jour_lu(appel.horloge, le))
    return await appel.lister(
        vues.TARIFS, filtre, Liste[TarifOut], page=page, presenter=TarifOut.de_ligne
    )


def lire_fiches() -> Iterator[PublierFiche]:
    """Les fiches de `donnees/fiches/`, dans l'ordre des noms de fichier."""
    dossier = files("catalogue") / "donnees" / "fiches"
    for fichier in sorted(dossier.iterdir(), key=lambda f: f.name):
        document = tomllib.loads(fichier.read_text(encoding="utf-8"))
        code = document.pop("code")
        yield FicheIn.model_validate_json(orjson.dumps(document)).commande(code)


async def charger_fiches(contexte: Contexte) -> int:
    """Publie les fiches qui n'existent pas encore; rend combien."""
    deja = await contexte.lire(vues.codes)
    faits = [
        await contexte.executer("chargement-fiches", Ports, publier_fiche, fiche, cle=fiche.code)
        for fiche in lire_fiches()
        if fiche.code not in deja
    ]
    return sum(fait is not None for fait in faits)
