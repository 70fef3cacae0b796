"""Ce que porte toute réponse : en-têtes de sûreté, HEAD, condition de lecture, compression.

Des intergiciels ASGI purs, du dehors au dedans : `EnTetes`, `Compression`, `Condition`.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socle.web.etags import est_connu, etag
from socle.web.negociation import poids_de

EN_TETES_DE_SURETE: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}
"""Ce que porte toute réponse qui n'en dit pas plus."""

_SURETE: Final = {nom.lower().encode(): v.encode() for nom, v in EN_TETES_DE_SURETE.items()}

_DU_CORPS: Final = {b"content-length", b"content-type", b"content-disposition"}
"""Ce qu'un 304 ne redit pas."""

PAGES_DU_SOCLE: Final = ("/docs", "/openapi.json", "/problemes")
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
        """En octets, d'une passe : tout appel en paie le prix."""
        dits: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
        presents = dict(dits)
        lue = scope["method"] == "GET" and message["status"] in {200, 304}
        gardee = lue and self._est_relisible(scope)
        ajouts = {**_SURETE, b"cache-control": b"private, no-cache" if gardee else b"no-store"}
        varie = _varie(presents.get(b"vary", b""))
        message["headers"] = [
            *(paire for paire in dits if paire[0] != b"vary"),
            *(ajout for ajout in ajouts.items() if ajout[0] not in presents),
            (b"vary", varie),
        ]

    def _est_relisible(self, scope: Scope) -> bool:
        chemin: str = scope["path"]
        return id(scope.get("route")) in self.relisibles or chemin.startswith(PAGES_DU_SOCLE)


@lru_cache(64)
def _varie(dit: bytes) -> bytes:
    mots = {mot.strip() for mot in dit.split(b",")} - {b""}
    return b", ".join(sorted(mots | {b"Authorization", b"Accept-Encoding"}))


class Condition:
    """Donne son ETag à toute lecture réussie; déjà tenue par l'appelant, elle devient 304."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        conditions = [v.decode("latin-1") for n, v in scope["headers"] if n == b"if-none-match"]
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
    en_tetes = list(depart["headers"])
    present = dict(en_tetes).get(b"etag", b"").decode()
    if not present:
        present = etag(corps.get("body", b""))
        en_tetes.append((b"etag", present.encode()))
    if not (conditions and est_connu(conditions, present)):
        return {**depart, "headers": en_tetes}, corps
    gardes = [paire for paire in en_tetes if paire[0] not in _DU_CORPS]
    return {**depart, "status": 304, "headers": gardes}, {**corps, "body": b""}


class Compression(GZipMiddleware):
    """Le gzip de Starlette, pour qui l'accepte vraiment (`gzip;q=0` le refuse)."""

    def __init__(self, app: ASGIApp) -> None:
        # Le niveau 9, celui d'office, prend quatre fois le temps pour 4 % d'octets de moins.
        super().__init__(
            app,
            minimum_size=A_COMPRIMER,
            compresslevel=5,
            exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = scope["type"] == "http"
        if http and _veut_du_gzip(Headers(scope=scope).get("accept-encoding", "")):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@lru_cache(256)
def _veut_du_gzip(accepte: str) -> bool:
    return poids_de(accepte).get("gzip", 0.0) > 0
