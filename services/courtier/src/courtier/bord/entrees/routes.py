"""Le tableau du Courtier : en JSON, en page, en CSV."""

from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Header
from starlette.responses import Response, StreamingResponse

from courtier.bord.adaptateurs.rendus import page_bord
from courtier.bord.cas_usage import dresser_tableau, lire_rubrique
from courtier.bord.domaine.tableau import Rubrique
from courtier.bord.entrees import tableur
from courtier.bord.entrees.acces import Courtier
from courtier.bord.entrees.schemas import BordOut
from noyau import jour_de_quebec
from pages import politique
from pages.tableur import diffuser
from socle.web import Routeur, format_prefere

JSON, HTML, CSV = "application/json", "text/html", "text/csv"
_FORMES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {forme: {"schema": {"type": "string"}} for forme in (HTML, CSV)}}
}

routes = Routeur(prefix="/v1", tags=["bord"])


@routes.get(
    "/bord",
    response_model=BordOut,
    responses=_FORMES,
    operation_id="lire_bord",
    summary="Lire le tableau du Courtier : ce qui attend, tarde, finit (CI-10 à CI-24)",
)
async def lire_bord(
    appel: Courtier,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """En JSON, en page (`Accept: text/html`), ou tous les cas en CSV (`Accept: text/csv`).

    Chaque rubrique est bornée, et dit où se lire en entier.
    """
    forme = format_prefere(accept, (JSON, HTML, CSV))
    if forme == CSV:
        lots = diffuser(tableur.COLONNES, _lots(appel))
        return StreamingResponse(lots, headers=tableur.EN_TETES, media_type=CSV)
    tableau = await appel.consulter(partial(dresser_tableau, appel.horloge()))
    if forme == HTML:
        en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
        return Response(page_bord.rendre(tableau), headers=en_tetes, media_type=HTML)
    corps = BordOut.de(tableau).model_dump_json()
    return Response(corps, headers={"Vary": "Accept"}, media_type=JSON)


async def _lots(appel: Courtier) -> AsyncIterator[Iterable[Iterable[object]]]:
    """Une rubrique à la fois, chacune dans sa transaction."""
    jour = jour_de_quebec(appel.horloge())
    for rubrique in Rubrique:
        lue = await appel.consulter(partial(lire_rubrique, rubrique, jour=jour))
        yield tableur.rangees(lue)
