"""Le port de gestion d'un rôle : sa santé et ses mesures."""

from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socle.exploitation.mesures import Mesures
from socle.exploitation.partage import Partage
from socle.exploitation.sante import Sante
from socle.serveur.choix import poids_de
from socle.serveur.en_tetes import EnTetes
from socle.serveur.problemes import probleme_du_cadre, traduire_imprevu

TEXTE: Final = "text/plain"
OPENMETRICS: Final = "application/openmetrics-text"
"""Le format des mesures qui porte leurs exemplaires; Prometheus le préfère de lui-même."""
_TYPES: Final = {
    TEXTE: f"{TEXTE}; version=0.0.4",
    OPENMETRICS: f"{OPENMETRICS}; version=1.0.0; charset=utf-8",
}


def _format(requete: Request) -> str:
    """Le format des mesures : OpenMetrics pour qui le préfère, sinon le texte, à quiconque."""
    poids = poids_de(requete.headers.get("accept", ""))
    return OPENMETRICS if poids.get(OPENMETRICS, 0) > poids.get(TEXTE, 0) else TEXTE


def application_de_gestion(sante: Sante, mesures: Mesures) -> Starlette:
    """La petite application d'un rôle; cent sondes ensemble ne coûtent qu'une lecture."""
    lire_sante = Partage(sante.lire)
    exposer = {
        TEXTE: Partage(mesures.exposer),
        OPENMETRICS: Partage(partial(mesures.exposer, openmetrics=True)),
    }

    async def disponibilite(_: Request) -> Response:
        motifs, degrade = await lire_sante()
        if motifs:
            texte = "; ".join(f"{nom} : {motif}" for nom, motif in motifs.items())
            return probleme_du_cadre(503, texte, {"Retry-After": "2"}, motifs=motifs)
        return JSONResponse({"etat": "dégradé", "motifs": degrade} if degrade else {"etat": "prêt"})

    async def metriques(requete: Request) -> Response:
        voulu = _format(requete)
        try:
            texte = await exposer[voulu]()
        except Exception as erreur:  # noqa: BLE001 -- ce que la frontière ferait : 503 ou 500
            return traduire_imprevu(erreur)
        return Response(texte, media_type=_TYPES[voulu])

    application = Starlette(
        routes=[
            Route("/sante/vivacite", _vivacite),
            Route("/sante/disponibilite", disponibilite),
            Route("/metrics", metriques),
        ],
        middleware=[Middleware(EnTetes)],
        exception_handlers={HTTPException: _traduire},
    )
    application.router.redirect_slashes = False
    return application


async def _vivacite(_: Request) -> Response:
    return JSONResponse({"etat": "vivant"})


async def _traduire(_: Request, erreur: Exception) -> Response:
    """Le problème de ce que le cadre refuse : adresse inconnue, méthode refusée."""
    assert isinstance(erreur, HTTPException)
    return probleme_du_cadre(erreur.status_code, en_tetes=erreur.headers)
