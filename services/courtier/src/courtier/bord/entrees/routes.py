"""Le tableau du Courtier, les listes du dirigeant et du signataire : JSON, page ou CSV."""

from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Header, Query
from starlette.responses import Response, StreamingResponse

from contrats.base import CodeOrganisme
from courtier.bord.adaptateurs.rendus import page_bord, page_listes
from courtier.bord.cas_usage import (
    Regarder,
    dresser_tableau,
    lire_rubrique,
    lister_autorisations,
    lister_signatures,
)
from courtier.bord.domaine.tableau import Rubrique
from courtier.bord.entrees import schemas as s
from courtier.bord.entrees import tableur
from courtier.bord.entrees.acces import Courtier, Dirigeant, Signataire
from courtier.bord.ports import Ports
from noyau import jour_de_quebec
from pages import politique
from pages.tableur import diffuser
from socle.web import Appel, Routeur, Sortie, format_prefere

JSON, HTML, CSV = "application/json", "text/html", "text/csv"
_FORMES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {forme: {"schema": {"type": "string"}} for forme in (HTML, CSV)}}
}
_NOMMER: Final = "Requis du MCN; un organisme ne lit que les siens."

routes = Routeur(prefix="/v1", tags=["bord"])


@routes.get(
    "/bord",
    response_model=s.BordOut,
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
        return StreamingResponse(lots, headers=tableur.en_tetes("bord"), media_type=CSV)
    tableau = await appel.consulter(partial(dresser_tableau, appel.horloge()))
    if forme == HTML:
        return _page(page_bord.rendre(tableau))
    return _json(s.BordOut.de(tableau))


@routes.get(
    "/bord/dirigeant",
    response_model=s.ListeDuDirigeantOut,
    responses=_FORMES,
    operation_id="lister_autorisations_attendues",
    summary="Lister ce que le dirigeant d'un organisme doit autoriser (CI-15, CI-17)",
)
async def lire_dirigeant(
    appel: Dirigeant,
    organisme: Annotated[CodeOrganisme | None, Query(description=_NOMMER)] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Chaque choix au-dessus du plus bas prix, son écart, son critère; chaque avenant au seuil.

    En JSON, en page ou en CSV. Les écarts sont ceux du dernier calcul de chaque dossier.
    """
    forme = format_prefere(accept, (JSON, HTML, CSV))
    liste = await appel.consulter(partial(lister_autorisations, _regarder(appel, organisme)))
    if forme == CSV:
        return _csv("autorisations", tableur.du_dirigeant(liste.elements))
    if forme == HTML:
        return _page(page_listes.du_dirigeant(liste))
    return _json(s.ListeDuDirigeantOut.de(liste))


@routes.get(
    "/bord/signataire",
    response_model=s.ListeDuSignataireOut,
    responses=_FORMES,
    operation_id="lister_signatures_attendues",
    summary="Lister ce que peut signer l'appelant pour son organisme (CI-16, DEM-3)",
)
async def lire_signataire(
    appel: Signataire,
    organisme: Annotated[CodeOrganisme | None, Query(description=_NOMMER)] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Les contrats et avenants validés que couvre un mandat de la famille contrat ouvert ce jour.

    Au-dessus du plafond, il y paraît et se dit (DEM-8). En JSON, en page ou en CSV.
    """
    forme = format_prefere(accept, (JSON, HTML, CSV))
    liste = await appel.consulter(partial(lister_signatures, _regarder(appel, organisme)))
    if forme == CSV:
        return _csv("signatures", tableur.du_signataire(liste.elements))
    if forme == HTML:
        return _page(page_listes.du_signataire(liste))
    return _json(s.ListeDuSignataireOut.de(liste))


def _regarder(appel: Appel[Ports], organisme: str | None) -> Regarder:
    return Regarder(appel.organisme(organisme), appel.acteur, appel.horloge())


def _page(page: str) -> Response:
    en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
    return Response(page, headers=en_tetes, media_type=HTML)


def _json(corps: Sortie) -> Response:
    return Response(corps.model_dump_json(), headers={"Vary": "Accept"}, media_type=JSON)


def _csv(nom: str, corps: bytes) -> Response:
    return Response(corps, headers=tableur.en_tetes(nom), media_type=CSV)


async def _lots(appel: Courtier) -> AsyncIterator[Iterable[Iterable[object]]]:
    """Une rubrique à la fois, chacune dans sa transaction."""
    jour = jour_de_quebec(appel.horloge())
    for rubrique in Rubrique:
        lue = await appel.consulter(partial(lire_rubrique, rubrique, jour=jour))
        yield tableur.rangees(lue)
