"""Les routes de l'aire : ce qui se facture chaque mois, et ce qui attend son montant."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from starlette.responses import Response

from contrats.base import CodeOrganisme, Periode
from facturation.base import LECTEURS, TarifConnu
from facturation.creances.adaptateurs import vues
from facturation.creances.domaine.creances import Nature
from facturation.creances.ports import Ports
from socle.champs import Jour
from socle.web import (
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["facturation"])


class AbonnementOut(Sortie):
    """Un abonnement en cours ou fini, par source, tarif mensuel et début."""

    organisme: str
    source: str
    tarif: str
    produit: str | None
    quantite: int
    debut: date
    fin: date | None = Field(description="Exclue; absente tant que l'abonnement court.")
    evenement: UUID


class LigneEnAttenteOut(Sortie):
    """Un fait à facturer sans montant applicable, signalé une fois."""

    organisme: str
    source: str
    tarif: TarifConnu
    nature: Nature
    periode: Periode = Field(description="La période d'origine.")
    depuis: date
    motif: str
    evenements: list[UUID]
    signalee_le: datetime
    levee_le: datetime | None


@routes.get(
    "/abonnements",
    response_model=Liste[AbonnementOut],
    summary="Lister les abonnements (FAC-1)",
)
async def lister_abonnements(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    le: Annotated[Jour | None, Query(description="Ceux qui courent ce jour-là.")] = None,
) -> Response:
    """Un par vie d'un actif et tarif mensuel, ou un par abonnement sans actif."""
    filtre = vues.FiltreAbonnements(organisme=appel.filtre_organisme(organisme), le=le)
    return await appel.lister(vues.ABONNEMENTS, filtre, Liste[AbonnementOut], page=page)


@routes.get(
    "/lignes-en-attente",
    response_model=Liste[LigneEnAttenteOut],
    operation_id="lister_lignes_en_attente",
    summary="Lister ce qui attend un montant applicable",
)
async def lister_attentes(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    levees: Annotated[bool, Query(description="Celles qui ont trouvé leur montant.")] = False,
) -> Response:
    """Sans montant applicable, une ligne attend : elle se facture dès qu'un tarif le donne."""
    vue, filtre = vues.LEVEES if levees else vues.OUVERTES, vues.FiltreAttentes(organisme=organisme)
    return await appel.lister(vue, filtre, Liste[LigneEnAttenteOut], page=page)
