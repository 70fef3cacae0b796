"""Les origines dont un navigateur laisse les pages nous appeler (CORS); aucune d'office."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_ENTRANTS = ("Authorization", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent")
_SORTANTS = ("Allow", "ETag", "Link", "Location", "Retry-After", "SBG-Entretien")


class Origines(CORSMiddleware):
    """Le CORS de Starlette, pour des origines nommées; une autre reçoit la réponse ordinaire.

    Sans en-tête `Access-Control-…`, le navigateur refuse de lui-même.
    """

    def __init__(self, app: ASGIApp, origines: Sequence[str]) -> None:
        super().__init__(
            app,
            allow_origins=origines,
            allow_methods=("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"),
            allow_headers=_ENTRANTS,
            expose_headers=_SORTANTS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        admise = scope["type"] == "http" and Headers(scope=scope).get("origin", "")
        if admise and self.is_allowed_origin(admise):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Dit ce qui est permis; le navigateur en juge."""
        en_tetes = dict(super().preflight_response(request_headers).headers)
        for nom in ("content-length", "content-type"):
            en_tetes.pop(nom)
        return Response(status_code=204, headers=en_tetes)
