"""Les routes des dates convenues (PT-7, PT-8)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from demandes.ententes.cas_usage import (
    AccepterDate,
    ProposerDate,
    accepter_date,
    lire_ententes,
    proposer_date,
)
from demandes.ententes.domaine import Entente, Partie
from demandes.ententes.ports import Ports
from demandes.roles import CSC, LECTEURS
from socle.champs import Jour, Motif
from socle.web import (
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
    exemple,
    uuid7,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Convenant = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", *CSC))]
"""Ceux qui conviennent pour l'organisme, ou pour le MCN; jamais une machine."""


class PropositionIn(Entree):
    """La date que l'on propose, et pourquoi si elle en change une autre."""

    model_config = exemple(
        {"date_convenue": "2026-10-16", "motif": "Le fournisseur livre le mobilier le 14."}
    )

    date_convenue: Jour = Field(
        description="Le dernier jour qui tient l'entente, date de Québec; aujourd'hui ou plus tard."
    )
    motif: Motif | None = Field(default=None, description="Requis si une date est déjà convenue.")


class AcceptationIn(Entree):
    """Rien à dire de plus; un corps vide est permis."""

    model_config = exemple({})


class EntenteOut(Sortie):
    """Une date proposée, et qui en a convenu; la dernière acceptée vaut."""

    id: UUID
    demande_id: UUID
    organisme: str
    rang: int
    date_convenue: date
    proposee_par: Partie
    auteur: str
    proposee_le: datetime
    motif: str | None
    acceptee_le: datetime | None = Field(description="null : l'autre partie ne l'a pas acceptée.")
    acceptee_par: str | None


routes = Routeur(prefix="/v1/demandes", tags=["demandes"])
_RIEN = AcceptationIn()


@routes.get(
    "/{demande_id}/dates-convenues",
    response_model=Liste[EntenteOut],
    operation_id="lister_dates_convenues",
    summary="Lister les dates proposées et convenues (PT-7, PT-8)",
)
async def lister(demande_id: UUID, appel: Lecture, page: PageDemandee) -> Response:
    """Dans l'ordre où elles furent proposées : qui, quand, pourquoi, et qui a accepté."""

    async def lire(ports: Ports) -> Sequence[Entente]:
        return await lire_ententes(demande_id, ports)

    return await appel.parcourir(
        lire, Liste[EntenteOut], page=page, presenter=EntenteOut.model_validate
    )


@routes.post(
    "/{demande_id}/dates-convenues",
    status_code=201,
    response_model=EntenteOut,
    operation_id="proposer_date_convenue",
    summary="Proposer une date pour l'aménagement d'un secteur (PT-7, PT-8)",
)
async def proposer(demande_id: UUID, corps: PropositionIn, appel: Convenant) -> Response:
    """Elle remplace celle qui attendait; elle vaut quand l'autre partie l'accepte."""
    commande = ProposerDate(
        entente_id=uuid7(), demande_id=demande_id, jour=corps.date_convenue, motif=corps.motif
    )
    return await appel.ecrire(proposer_date, commande, EntenteOut.model_validate, statut=201)


@routes.post(
    "/{demande_id}/dates-convenues/{entente_id}/acceptation",
    response_model=EntenteOut,
    operation_id="accepter_date_convenue",
    summary="Accepter la date que propose l'autre partie (PT-7, PT-8)",
)
async def accepter(
    demande_id: UUID, entente_id: UUID, appel: Convenant, _corps: AcceptationIn = _RIEN
) -> Response:
    """Elle vaut de cet instant; passée, la mesure n'en suit plus le changement."""
    commande = AccepterDate(demande_id=demande_id, entente_id=entente_id)
    return await appel.ecrire(accepter_date, commande, EntenteOut.model_validate)
