"""Les indicateurs en vigueur et les calendriers, par HTTP; les fiches, par le bus."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.responses import Response

from calendrier import (
    ANNEE_MAX,
    ANNEE_MIN,
    Calendrier,
    VersionCalendrier,
    calendrier_applique,
    lire_versions,
)
from contrats.catalogue import FichePubliee
from noyau import jour_de_quebec
from sla.base import LECTEURS
from sla.fiches.adaptateurs import vues
from sla.fiches.cas_usage import synchroniser_fiches
from sla.fiches.domaine import Fiche, Indicateur
from sla.fiches.ports import Ports
from socle.bd.conversion import Ligne
from socle.reception import Ecoute, Ecoutes, Ordre, Recu
from socle.web import Appel, Liste, PageDemandee, Sortie, acces, exemple
from socle.web.champs import Jour

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = APIRouter(prefix="/v1", tags=["indicateurs"])


class IndicateurOut(Sortie):
    """Un indicateur publié par une fiche en vigueur (CAT-5)."""

    model_config = exemple(
        {
            "code": "PT-1",
            "libelle": "Livraison d'un poste de travail physique et de ses logiciels",
            "fiche": "POSTES",
            "fiche_version": 1,
            "mesure": "delai",
            "cible": "0.95",
            "delai": 10,
            "unite_delai": "jours_ouvrables",
            "sortes": ["poste_physique"],
            "fin": ["poste.livré", "logiciel.installé"],
            "conditions": ["a", "c", "e"],
        }
    )

    code: str
    libelle: str
    fiche: str
    fiche_version: int
    mesure: Literal["delai", "disponibilite", "date_convenue"]
    cible: Decimal | None = Field(
        description="Part entre 0 et 1, chaîne décimale; null : sans objet."
    )
    delai: int | None
    unite_delai: Literal["jours_ouvrables", "jours_civils"]
    sortes: list[str]
    fin: list[str] = Field(description="Les événements de livraison qui ferment la mesure.")
    conditions: list[str]

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "IndicateurOut":
        return cls(**ligne.document, fiche=ligne.fiche, fiche_version=ligne.fiche_version)


class FerieOut(Sortie):
    """Un jour férié, là où on l'observe."""

    jour: date
    libelle: str


class CalendrierOut(Sortie):
    """Une version du calendrier, et ses jours fériés d'une année (SLA-1)."""

    model_config = exemple(
        {
            "nom": "2015-1",
            "en_vigueur_depuis": "2015-01-01",
            "note": "",
            "applique": True,
            "annee": 2026,
            "feries": [{"jour": "2026-09-07", "libelle": "Fête du Travail"}],
        }
    )

    nom: str
    en_vigueur_depuis: date
    note: str
    applique: bool = Field(description="Vrai pour la version qui juge aujourd'hui.")
    annee: int
    feries: list[FerieOut]

    @classmethod
    def de(cls, version: VersionCalendrier, annee: int, *, applique: bool) -> "CalendrierOut":
        return cls(
            nom=version.version,
            en_vigueur_depuis=version.en_vigueur_depuis,
            note=version.note,
            applique=applique,
            annee=annee,
            feries=[FerieOut.model_validate(f) for f in Calendrier.depuis(version).feries(annee)],
        )


@routes.get(
    "/indicateurs", response_model=Liste[IndicateurOut], summary="Lister les indicateurs en vigueur"
)
async def lister_indicateurs(
    appel: Lecture,
    page: PageDemandee,
    le: Annotated[Jour | None, Query(description="Date lue; aujourd'hui par défaut.")] = None,
) -> Response:
    """Les indicateurs des fiches en vigueur à la date lue (CAT-5)."""
    filtre = vues.FiltreIndicateurs(le=le or jour_de_quebec(appel.horloge()))
    return await appel.lister(
        vues.INDICATEURS, filtre, Liste[IndicateurOut], page=page, presenter=IndicateurOut.de_ligne
    )


@routes.get("/calendriers", response_model=Liste[CalendrierOut], summary="Lister les calendriers")
async def lister_calendriers(
    appel: Lecture,
    annee: Annotated[
        int | None,
        Query(ge=ANNEE_MIN, le=ANNEE_MAX, description="Année des jours fériés; la courante."),
    ] = None,
) -> Response:
    """Les versions du calendrier livrées, avec leurs jours fériés d'une année (SLA-1)."""
    applique = calendrier_applique().version
    lue = annee or jour_de_quebec(appel.horloge()).year
    versions = [CalendrierOut.de(v, lue, applique=v == applique) for v in lire_versions()]
    corps = Liste[CalendrierOut](elements=versions)
    return Response(corps.model_dump_json(), media_type="application/json")


def vers_fiche(recu: Recu[FichePubliee]) -> Fiche:
    """La version d'une fiche, avec ses seuls indicateurs."""
    publiee = recu.evenement
    return Fiche(
        code=publiee.code,
        titre=publiee.titre,
        version=publiee.version,
        debut=publiee.debut,
        fin=publiee.fin,
        indicateurs=tuple(Indicateur(**dict(i)) for i in publiee.indicateurs),
    )


ECOUTES: Ecoutes = {FichePubliee: Ecoute(vers_fiche, synchroniser_fiches, Ports, Ordre.LIBRE)}
