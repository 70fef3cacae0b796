"""La route du tableau du mois : en JSON, ou en page."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from pydantic import Field
from starlette.responses import Response

from contrats.base import Periode
from facturation.base import MCN
from facturation.bord.adaptateurs.rendus.page_tableau import rendre
from facturation.bord.cas_usage import DresserTableau, dresser_tableau
from facturation.bord.domaine import DEFINITIONS, IGNORE, Constat, Rubrique, Tableau
from facturation.bord.ports import Ports
from noyau import Mois, jour_de_quebec
from pages import politique
from socle import champs
from socle.web import Appel, Routeur, Sortie, acces, format_prefere

JSON, HTML = "application/json", "text/html"
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]

routes = Routeur(prefix="/v1", tags=["facturation"])

_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}


class JalonOut(Sortie):
    """Jusqu'où tout est reçu d'un producteur."""

    producteur: str
    jusqua: datetime | None = Field(description="Absent : aucun jalon reçu de lui.")
    atteint: bool = Field(description="Vrai : toute la période est reçue de lui (FAC-7).")


class CasOut(Sortie):
    """Un de ceux que compte une rubrique."""

    nom: str
    texte: str
    depuis: date | None
    lien: str | None


class ConstatOut(Sortie):
    """Ce que compte une rubrique, et où le lire en entier."""

    rubrique: Rubrique
    libelle: str
    nombre: int
    davantage: bool = Field(description="Vrai : il y en a plus, qu'on n'a pas comptés.")
    depuis: date | None = Field(description="Le plus ancien de ceux qu'elle nomme.")
    lien: str | None = Field(description="La liste qui détaille; absent : voir la commande.")
    commande: str | None = Field(description="Ce que tape un exploitant.")
    cas: list[CasOut] = Field(description="Les plus anciens, au plus vingt.")

    @classmethod
    def de(cls, constat: Constat, periode: Mois) -> "ConstatOut":
        dite = DEFINITIONS[constat.rubrique]
        return cls(
            rubrique=constat.rubrique,
            libelle=dite.libelle,
            nombre=constat.nombre,
            davantage=constat.davantage,
            depuis=constat.depuis,
            lien=dite.vers(periode),
            commande=dite.commande,
            cas=[CasOut.model_validate(cas) for cas in constat.cas],
        )


class TableauOut(Sortie):
    """Ce qui est reçu et ce qui reste à faire d'une période."""

    periode: Periode
    le: datetime
    recue: bool = Field(description="Vrai : chaque producteur a tout dit de la période.")
    jalons: list[JalonOut]
    constats: list[ConstatOut]
    ignore: list[str] = Field(description="Ce que la facturation ne peut pas savoir.")

    @classmethod
    def de(cls, tableau: Tableau) -> "TableauOut":
        return cls(
            periode=str(tableau.periode),
            le=tableau.le,
            recue=tableau.recue,
            jalons=[JalonOut.model_validate(jalon) for jalon in tableau.jalons],
            constats=[ConstatOut.de(constat, tableau.periode) for constat in tableau.constats],
            ignore=list(IGNORE),
        )


@routes.get(
    "/tableau-du-mois",
    response_model=TableauOut,
    responses=_PAGE,
    operation_id="lire_tableau_du_mois",
    summary="Lire le tableau du mois : ce qui est reçu, ce qui reste à faire (FAC-6, FAC-7)",
)
async def lire_tableau(
    appel: Lecture,
    periode: Annotated[
        champs.Periode | None, Query(description="Absente : le dernier mois fini.")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """En JSON, ou en page (`Accept: text/html`); chaque rubrique est bornée, et dit où se lire."""
    maintenant = appel.horloge()
    mois = Mois.lire(periode) if periode else Mois.de(jour_de_quebec(maintenant)).precedent
    tableau = await appel.consulter(partial(dresser_tableau, DresserTableau(mois, maintenant)))
    if format_prefere(accept, (JSON, HTML)) == HTML:
        en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
        return Response(rendre(tableau), headers=en_tetes, media_type=HTML)
    corps = TableauOut.de(tableau).model_dump_json()
    return Response(corps, headers={"Vary": "Accept"}, media_type=JSON)
