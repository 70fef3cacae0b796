"""Ce que porte toute réponse : en-têtes de sûreté, HEAD, condition de lecture, compression.

Des intergiciels ASGI purs, du dehors au dedans : `EnTetes`, `Compression`, `Condition`.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socle.web.csp import CSP_DONNEES, csp_de_page
from socle.web.etags import est_connu, etag
from socle.web.negociation import poids_de

EN_TETES_DE_SURETE: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": CSP_DONNEES,
}
"""Ce que porte toute réponse qui n'en dit pas plus."""

PAGES_DU_SOCLE: Final = ("/docs", "/openapi.json", "/problemes/")
"""Ce que le socle sert à tous, sans jeton."""

A_COMPRIMER: Final = 1_024
"""Octets à partir desquels une réponse se comprime."""


class EnTetes:
    """Dit de toute réponse qui peut la garder, et sert HEAD partout où se sert GET.

    Une réponse ne se garde nulle part (`no-store`), sauf la lecture réussie d'une route `relisible`
    (celles d'une aire de données publiques), que l'appelant garde et revalide par son ETag.
    """

    def __init__(self, app: ASGIApp, relisibles: Iterable[object] = ()) -> None:
        self.app = app
        self.relisibles = frozenset(map(id, relisibles))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        tete = scope["method"] == "HEAD"
        if tete:
            scope = {**scope, "method": "GET"}

        async def envoyer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._completer(scope, message)
            elif tete:
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, envoyer)

    def _completer(self, scope: Scope, message: Message) -> None:
        en_tetes = MutableHeaders(raw=message.setdefault("headers", []))
        for nom, valeur in EN_TETES_DE_SURETE.items():
            en_tetes.setdefault(nom, valeur)
        lue = scope["method"] == "GET" and message["status"] in {200, 304}
        gardee = lue and self._est_relisible(scope)
        en_tetes.setdefault("Cache-Control", "private, no-cache" if gardee else "no-store")
        varie = {mot.strip() for mot in en_tetes.get("Vary", "").split(",")} - {""}
        en_tetes["Vary"] = ", ".join(sorted(varie | {"Authorization", "Accept-Encoding"}))

    def _est_relisible(self, scope: Scope) -> bool:
        chemin: str = scope["path"]
        return id(scope.get("route")) in self.relisibles or chemin.startswith(PAGES_DU_SOCLE)


class Condition:
    """Donne son ETag à toute lecture réussie; déjà tenue par l'appelant, elle devient 304."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        conditions = Headers(scope=scope).getlist("if-none-match")
        retenu: Message | None = None

        async def envoyer(message: Message) -> None:
            nonlocal retenu
            if message["type"] == "http.response.start" and message["status"] == 200:
                retenu = message
                return
            if retenu is not None:
                depart, retenu = retenu, None
                if not message.get("more_body"):
                    depart, message = _conditionner(depart, message, conditions)
                await send(depart)
            await send(message)

        await self.app(scope, receive, envoyer)


def _conditionner(
    depart: Message, corps: Message, conditions: list[str]
) -> tuple[Message, Message]:
    en_tetes = MutableHeaders(raw=depart["headers"])
    present = en_tetes.setdefault("ETag", etag(corps.get("body", b"")))
    if not est_connu(conditions, present):
        return depart, corps
    for nom in ("Content-Length", "Content-Type", "Content-Disposition"):
        del en_tetes[nom]
    return {**depart, "status": 304}, {**corps, "body": b""}


class Compression(GZipMiddleware):
    """Le gzip de Starlette, pour qui l'accepte vraiment (`gzip;q=0` le refuse)."""

    def __init__(self, app: ASGIApp) -> None:
        # Au-delà du niveau 5, le temps double pour 2 % d'octets; un PDF est déjà comprimé.
        super().__init__(
            app,
            minimum_size=A_COMPRIMER,
            compresslevel=5,
            exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepte = Headers(scope=scope).get("accept-encoding", "") if scope["type"] == "http" else ""
        if poids_de(accepte).get("gzip", 0.0) > 0:
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def page_html(html: str, en_tetes: Mapping[str, str] | None = None) -> HTMLResponse:
    """Une page complète, que rien d'extérieur n'habille ni n'anime."""
    csp = {"Content-Security-Policy": csp_de_page(html)}
    return HTMLResponse(html, headers={**csp, **(en_tetes or {})})
