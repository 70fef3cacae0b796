"""Qui appelle les calendriers : tout jeton lit; le pilote du catalogue et l'admin publient.

Les versions livrées avec `libs/calendrier` se publient à la mise en route, par le même acte.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from calendrier import VersionCalendrier, lire_versions
from catalogue.base import Phrase
from catalogue.calendriers.adaptateurs import vues
from catalogue.calendriers.cas_usage import Parution, PublierCalendrier, publier_calendrier
from catalogue.calendriers.ports import Ports
from socle.bd.instructions import Ligne
from socle.bd.vues import SansFiltre
from socle.champs import NORMALISE, SUR, Jour, Texte
from socle.service import Contexte
from socle.web import (
    LOCATION,
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

NomVersion = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$", examples=["2026-2"])
]
NomLu = Annotated[str, Field(max_length=60, examples=["2015-1"]), SUR, NORMALISE]
"""Un nom dans une adresse : mal formé, il est seulement inconnu."""
CodeFerie = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$", examples=["vendredi-saint"])]
Mot = Annotated[str, Field(max_length=40), SUR]
Regle = Annotated[
    dict[Mot, Mot | int],
    Field(
        min_length=1,
        max_length=1,
        description="Comment son jour se trouve : `fixe` (mm-jj), `paques` (jours avant ou après),"
        " `lundi_avant` (mm-jj), `lundi_du_mois` (mm-rang).",
        examples=[{"fixe": "06-24"}, {"paques": -2}],
    ),
]
Horaires = Annotated[
    dict[Mot, dict[Mot, Annotated[list[Mot], Field(max_length=10)]]],
    Field(
        max_length=10,
        description="Par genre de plage, puis par type de jour, les heures « hh:mm-hh:mm ».",
    ),
]

routes = Routeur(prefix="/v1/calendriers", tags=["calendriers"])


class FerieIn(Entree):
    """Un jour férié qui revient chaque année, et ce qu'il devient en fin de semaine."""

    code: CodeFerie
    libelle: Phrase
    regle: Regle
    report: Literal["aucun", "recule", "avance", "voisin"]


class DecisionIn(Entree):
    """Un jour que le gouvernement ajoute aux fériés, ou en retire, et pourquoi."""

    jour: Jour
    libelle: Phrase


_EXEMPLE: dict[str, Any] = {
    "version": "2026-2",
    "en_vigueur_depuis": "2030-09-11",
    "note": "Décret de deuil national.",
    "feries": [{"code": "noel", "libelle": "Noël", "regle": {"fixe": "12-25"}, "report": "avance"}],
    "ajouts": [{"jour": "2030-09-16", "libelle": "Deuil national"}],
    "retraits": [],
    "horaires": {
        "csc": {"ouvrable": ["07:30-17:00"]},
        "soutien_etendu": {"ouvrable": ["17:00-22:00"]},
        "visioconference": {"ouvrable": ["08:30-17:00"]},
        "maintenance": {"ouvrable": ["22:00-30:00"]},
    },
}


class CalendrierIn(Entree):
    """Une version entière du calendrier : elle décide de tout jour à partir de sa date (SLA-1)."""

    version: NomVersion
    en_vigueur_depuis: Jour
    note: Texte = ""
    feries: Annotated[tuple[FerieIn, ...], Field(max_length=60)]
    ajouts: Annotated[tuple[DecisionIn, ...], Field(max_length=500)] = ()
    retraits: Annotated[tuple[DecisionIn, ...], Field(max_length=500)] = ()
    horaires: Horaires
    recalcul: UUID | None = Field(
        default=None,
        description="Le recalcul accepté de cette version; requis si elle commence au plus tard"
        " aujourd'hui. Une autre version publiée depuis le périme.",
    )

    model_config = exemple(_EXEMPLE)

    def commande(self) -> PublierCalendrier:
        dit = self.model_dump(mode="json", exclude={"recalcul"})
        return PublierCalendrier(document=dit, recalcul=self.recalcul)


class FerieOut(Sortie):
    """Un jour férié qui revient chaque année."""

    code: str
    libelle: str
    regle: Regle
    report: str


class DecisionOut(Sortie):
    """Un jour ajouté ou retiré."""

    jour: date
    libelle: str


class CalendrierOut(Sortie):
    """Une version entière; à un autre nom et une autre date, elle se reposte telle quelle."""

    version: str
    en_vigueur_depuis: date
    note: str
    feries: list[FerieOut]
    ajouts: list[DecisionOut]
    retraits: list[DecisionOut]
    horaires: Horaires

    @classmethod
    def de(cls, version: VersionCalendrier) -> "CalendrierOut":
        return cls.model_validate(version.vers_document())

    @classmethod
    def de_parution(cls, parution: Parution) -> "CalendrierOut":
        return cls.de(parution.version)

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "CalendrierOut":
        return cls.model_validate(ligne.document)


class VersionCalendrierOut(Sortie):
    """Une version du calendrier, sans ses jours."""

    version: str
    en_vigueur_depuis: date = Field(description="Le premier jour qu'elle décide.")
    rang: int = Field(description="L'ordre de publication; à date égale, le plus haut vaut.")
    note: str
    publie_le: datetime


@routes.get(
    "", response_model=Liste[VersionCalendrierOut], summary="Lister les versions du calendrier"
)
async def lister_calendriers(appel: Lecture, page: PageDemandee) -> Response:
    """Toutes, dans l'ordre de leur publication. Chaque jour suit la plus récente en vigueur."""
    return await appel.lister(
        vues.CALENDRIERS, SansFiltre(), Liste[VersionCalendrierOut], page=page
    )


@routes.get("/{version}", response_model=CalendrierOut, summary="Lire une version du calendrier")
async def lire_calendrier(version: NomLu, appel: Lecture) -> Response:
    """La version entière, passée, en vigueur ou à venir."""
    return await appel.lire(vues.CALENDRIER.de(version), CalendrierOut.de_ligne)


@routes.post(
    "",
    status_code=201,
    response_model=CalendrierOut,
    responses={
        **SITUE,
        200: {
            "model": CalendrierOut,
            "description": "Déjà publiée, pareille.",
            "headers": LOCATION,
        },
    },
    operation_id="publier_calendrier",
    summary="Publier une version du calendrier (SLA-1)",
)
async def publier(corps: CalendrierIn, appel: Pilotage) -> Response:
    """Au plus tôt demain, date de Québec; plus tôt, seulement sous un recalcul accepté (SLA-7)."""
    return await appel.ecrire(
        publier_calendrier,
        corps.commande(),
        CalendrierOut.de_parution,
        statut=lambda parution: 200 if parution.inchangee else 201,
        emplacement=lambda parution: f"/v1/calendriers/{parution.version.version}",
    )


async def charger_calendriers(contexte: Contexte) -> int:
    """Publie les versions livrées qui ne le sont pas encore; rend combien."""
    deja = await contexte.lire(vues.noms)
    faits = [
        await contexte.executer(
            "chargement-calendriers",
            Ports,
            publier_calendrier,
            PublierCalendrier(document=livree.vers_document(), mise_en_route=True),
            cle=livree.version,
        )
        for livree in lire_versions()
        if livree.version not in deja
    ]
    return sum(fait is not None for fait in faits)
