"""`/docs` et `/problemes` : servis par le service même, sans script, lisibles sans réseau."""

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Header
from starlette.responses import HTMLResponse, JSONResponse, Response

from pages import politique
from socle.serveur.problemes import PAGES
from socle.web.documentation import rendu
from socle.web.negociation import format_prefere
from socle.web.problemes import Probleme
from socle.web.types_problemes import TypeProbleme, types

HTML, JSON = "text/html", "application/json"
EN_TETES: Final = {
    "Content-Security-Policy": politique(),
}
"""Rien ne s'exécute sur ces pages, et rien n'y vient d'ailleurs."""
Accept = Annotated[str, Header(include_in_schema=False)]


def routes_documentation(application: FastAPI) -> APIRouter:
    """Les pages d'une application, publiques et hors de son OpenAPI."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def documentation() -> Response:
        return HTMLResponse(rendu.documentation(application.openapi()), headers=EN_TETES)

    @routes.get(PAGES.rstrip("/"))
    async def problemes(accept: Accept = HTML) -> Response:
        if _voulu(accept) == JSON:
            elements = [_corps(t) for t in types().values()]
            return JSONResponse({"elements": elements, "suivant": None}, headers=_VARIE)
        return HTMLResponse(rendu.liste_des_problemes(), headers=_VARIE)

    @routes.get(PAGES + "{identifiant}")
    async def probleme(identifiant: str, accept: Accept = HTML) -> Response:
        type_ = types().get(identifiant)
        if type_ is None:
            raise Probleme(404, "Ce type de problème n'existe pas.")
        if _voulu(accept) == JSON:
            return JSONResponse(_corps(type_), headers=_VARIE)
        return HTMLResponse(rendu.page_du_probleme(type_), headers=_VARIE)

    return routes


_VARIE: Final = {**EN_TETES, "Vary": "Accept"}


def _voulu(accept: str) -> str:
    return format_prefere(accept, (HTML, JSON))


def _corps(type_: TypeProbleme) -> dict[str, object]:
    return {"type": type_.type, **asdict(type_)}
