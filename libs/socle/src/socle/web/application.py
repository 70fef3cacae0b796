"""L'application HTTP d'un service : routes, problèmes, santé, mesures, OpenAPI."""

from collections.abc import Mapping, Sequence

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
from socle.web.documentation import routes_documentation
from socle.web.exemples import Exemples
from socle.web.intergiciels import Frontiere
from socle.web.jetons import Verificateur
from socle.web.openapi import completer
from socle.web.problemes import installer_problemes, probleme_du_cadre

# `Frontiere` trace et mesure déjà chaque requête.
_SANS_DOUBLON: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def creer_application(
    *,
    nom: str,
    titre: str,
    version: str,
    routes: Sequence[Routeur],
    sections: Mapping[str, str],
    exemples: Exemples,
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
        # La nôtre, plus bas : celle de FastAPI charge ses scripts d'un tiers.
        docs_url=None,
        redoc_url=None,
        contact={"name": "Ministère de la Cybersécurité et du Numérique, équipe du SBG"},
        # Un renvoi vers l'adresse sans « / » reprendrait l'en-tête Host, que l'appelant écrit.
        redirect_slashes=False,
        telemetry=_SANS_DOUBLON,
    )
    application.state.sbg = Etat(executeur, verificateur, debits=Debits(debit, mesures.freines))
    for route in routes:
        application.include_router(route)
    application.include_router(routes_exploitation(sante, mesures))
    application.include_router(routes_documentation(application))
    installer_problemes(application)
    application.add_middleware(Frontiere, mesures=mesures, service=nom)
    completer(application, verificateur.annuaire, sections, exemples)
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
