"""L'application HTTP publique d'un service."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware

from socle.execution.executeur import Executeur
from socle.exploitation.mesures import Mesures
from socle.exploitation.securite import VeilleSecurite
from socle.reglages import ReglagesDebit
from socle.serveur.en_tetes import EnTetes
from socle.web.annonces import Bandeau, Lecture
from socle.web.appel import Etat
from socle.web.corps import Routeur
from socle.web.debits import Debits
from socle.web.documentation import routes_documentation
from socle.web.exemples import Exemples
from socle.web.intergiciels import Frontiere
from socle.web.jetons import Verificateur
from socle.web.openapi import completer
from socle.web.origines import Origines
from socle.web.problemes import installer_problemes
from socle.web.representations import Compression, Condition

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
    mesures: Mesures,
    debit: ReglagesDebit,
    relisibles: Sequence[APIRouter] = (),
    origines: Sequence[str] = (),
    securite: VeilleSecurite | None = None,
    annonce: Lecture = lambda: None,
) -> FastAPI:
    """Assemble l'application publique; rien n'est ouvert ici."""
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
    for routeur in (*routes, _vivacite(annonce), routes_documentation(application)):
        application.router.routes.extend(routeur.routes)
    installer_problemes(application)
    veille = securite or VeilleSecurite(mesures)
    frontiere = Middleware(Frontiere, mesures=mesures, service=nom, securite=veille)
    _entourer(application, frontiere, relisibles, origines, annonce)
    completer(application, verificateur.annuaire, sections, exemples)
    return application


def _entourer(
    application: FastAPI,
    frontiere: Middleware,
    relisibles: Sequence[APIRouter],
    origines: Sequence[str],
    annonce: Lecture,
) -> None:
    """Les intergiciels, du dedans au dehors."""
    application.add_middleware(Bandeau, annonce=annonce)
    application.add_middleware(Condition)
    application.add_middleware(Compression)
    application.add_middleware(frontiere.cls, *frontiere.args, **frontiere.kwargs)
    if origines:
        application.add_middleware(Origines, origines=origines)
    sans_garde = [r for rs in relisibles for r in rs.routes]
    application.add_middleware(EnTetes, relisibles=sans_garde, annonce=annonce)


def _vivacite(annonce: Lecture) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/sante/vivacite")
    async def vivacite() -> dict[str, str]:
        dite = annonce()
        return {"etat": "vivant"} | ({} if dite is None else {"entretien": dite.texte})

    return routes
