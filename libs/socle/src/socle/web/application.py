"""L'application HTTP d'un service : routes, problèmes, santé, mesures, OpenAPI."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socle.execution.executeur import Executeur
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.web.appel import Etat
from socle.web.corps import Routeur
from socle.web.debits import Debits, ReglagesDebit
from socle.web.intergiciels import Frontiere
from socle.web.jetons import Verificateur
from socle.web.modeles import ProblemeOut
from socle.web.openapi import completer
from socle.web.problemes import CADRE, TYPE_MEDIA, installer_problemes, probleme_du_cadre

_CONTENU = {TYPE_MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemeOut"}}}
_PROBLEMES: dict[int | str, dict[str, Any]] = {
    statut: {"model": ProblemeOut, "description": CADRE[statut][1], "content": _CONTENU}
    for statut in (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503)
}

# `Frontiere` trace et mesure déjà chaque requête.
_SANS_DOUBLON: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def creer_application(
    *,
    nom: str,
    titre: str,
    version: str,
    routes: Sequence[Routeur],
    executeur: Executeur,
    verificateur: Verificateur,
    sante: Sante,
    mesures: Mesures,
    debit: ReglagesDebit,
) -> FastAPI:
    """Assemble l'application; rien n'est ouvert ici."""
    application = FastAPI(
        title=f"SBG – {titre}",
        version=version,
        description=f"Service « {nom} » du programme « service bureautique gouvernemental ».",
        openapi_url="/openapi.json",
        docs_url="/docs",
        redoc_url=None,
        # Un renvoi vers l'adresse sans « / » reprendrait l'en-tête Host, que l'appelant écrit.
        redirect_slashes=False,
        responses=_PROBLEMES,
        telemetry=_SANS_DOUBLON,
    )
    application.state.sbg = Etat(executeur, verificateur, debits=Debits(debit, mesures.freines))
    for route in routes:
        application.include_router(route)
    application.include_router(routes_exploitation(sante, mesures))
    installer_problemes(application)
    application.add_middleware(Frontiere, mesures=mesures, service=nom)
    completer(application, verificateur.annuaire)
    return application


def application_de_role(nom: str, sante: Sante, mesures: Mesures) -> FastAPI:
    """La petite application d'un rôle sans API : santé et mesures sur son propre port."""
    application = FastAPI(title=f"SBG – {nom}", openapi_url=None, docs_url=None, redoc_url=None)
    application.include_router(routes_exploitation(sante, mesures))
    installer_problemes(application)
    return application


def routes_exploitation(sante: Sante, mesures: Mesures) -> APIRouter:
    """`/sante/vivacite`, `/sante/disponibilite` et `/metrics`."""
    routes = APIRouter(tags=["exploitation"], include_in_schema=False)

    @routes.get("/sante/vivacite")
    async def vivacite() -> dict[str, str]:
        return {"etat": "vivant"}

    @routes.get("/sante/disponibilite")
    async def disponibilite(_: Request) -> Response:
        motifs = await sante.motifs()
        if motifs:
            texte = "; ".join(f"{nom} : {motif}" for nom, motif in motifs.items())
            return probleme_du_cadre(503, texte, {"Retry-After": "2"}, motifs=motifs)
        degrade = await sante.degrade()
        return JSONResponse({"etat": "dégradé", "motifs": degrade} if degrade else {"etat": "prêt"})

    @routes.get("/metrics")
    async def metriques() -> Response:
        return Response(await mesures.exposer(), media_type="text/plain; version=0.0.4")

    return routes
