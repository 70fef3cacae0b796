"""Les obligations d'un organisme : leur liste, et leur calendrier (CI-16 à CI-24)."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from starlette.responses import Response, StreamingResponse

from contrats.base import CodeOrganisme
from courtier.obligations.adaptateurs import vues
from courtier.obligations.domaine import EtatObligation, Obligation
from courtier.obligations.entrees.schemas import NatureDue, ObligationOut
from courtier.obligations.ports import Ports
from noyau import jour_de_quebec
from socle.champs import Jour
from socle.web import Appel, Liste, PageDemandee, Routeur, acces, format_prefere

Lecteur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "signataire", "gestionnaire", "dirigeant", "courtier", "admin")),
]
JSON, AGENDA = "application/json", "text/calendar"
_AGENDA: dict[int | str, dict[str, Any]] = {
    200: {"content": {AGENDA: {"schema": {"type": "string"}}}}
}

routes = Routeur(prefix="/v1", tags=["obligations"])


@routes.get(
    "/obligations",
    response_model=Liste[ObligationOut],
    responses=_AGENDA,
    operation_id="lister_obligations",
    summary="Lister ce qui est dû à une date, en retard, rempli",
)
async def lister(
    appel: Lecteur,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    nature: NatureDue | None = None,
    etat: EtatObligation | None = None,
    jusqu_au: Annotated[Jour | None, Query(description="Dues ce jour-là au plus tard.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """La plus pressante d'abord; un organisme voit les siennes.

    En iCalendar (`Accept: text/calendar`, ou `/v1/obligations.ics`), toutes, sans pages; d'office,
    celles qui courent.
    """
    jour = jour_de_quebec(appel.horloge())
    filtre = vues.FiltreObligations.du(
        jour, organisme=organisme, nature=nature, etat=etat, jusqu_au=jusqu_au
    )
    if format_prefere(accept, (JSON, AGENDA)) == AGENDA:
        return _calendrier(appel, filtre, courantes=etat is None)
    reponse = await appel.lister(
        vues.OBLIGATIONS,
        filtre,
        Liste[ObligationOut],
        page=page,
        presenter=lambda ligne: ObligationOut.de(vues.obligation_lue(ligne), jour),
    )
    reponse.headers["Vary"] = "Accept"
    return reponse


@routes.get("/obligations.ics", include_in_schema=False)
async def calendrier(
    appel: Lecteur, organisme: CodeOrganisme | None = None, nature: NatureDue | None = None
) -> Response:
    """Ce qui court, pour l'agenda qui ne sait dire que son adresse."""
    filtre = vues.FiltreObligations(organisme=organisme, nature=nature)
    return _calendrier(appel, filtre, courantes=True)


def _calendrier(
    appel: Lecteur, filtre: vues.FiltreObligations, *, courantes: bool
) -> StreamingResponse:
    # La bibliothèque prend un quart de seconde à charger : l'API n'attend pas d'elle pour partir.
    from courtier.obligations.entrees.agenda import diffuser  # noqa: PLC0415

    # Refusé avant le premier octet : un flux commencé ne dit plus son refus.
    _ = appel.filtre_organisme(filtre.organisme)
    voulu = vues.courantes(filtre) if courantes else filtre
    lots = _lus(appel.tout_lister(vues.OBLIGATIONS, voulu))
    en_tetes = {
        "Vary": "Accept",
        "Content-Disposition": 'attachment; filename="obligations.ics"',
    }
    return StreamingResponse(diffuser(lots), headers=en_tetes, media_type=AGENDA)


async def _lus(pages: AsyncIterator[Sequence[Any]]) -> AsyncIterator[Sequence[Obligation]]:
    async for page in pages:
        yield [vues.obligation_lue(ligne) for ligne in page]
