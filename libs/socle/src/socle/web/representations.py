"""Ce que devient une lecture : son ETag et sa condition, puis sa compression.

Des intergiciels ASGI purs, du dehors au dedans : `Compression`, `Condition`.
"""

from functools import lru_cache, partial
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socle.serveur.choix import poids_de
from socle.web.etags import est_connu, etag
from socle.web.retouches import retoucher

_DU_CORPS: Final = {b"content-length", b"content-type", b"content-disposition"}
"""Ce qu'un 304 ne redit pas."""

A_COMPRIMER: Final = 1_024
"""Octets à partir desquels une réponse se comprime."""


class Condition:
    """Donne son ETag à toute lecture réussie; déjà tenue par l'appelant, elle devient 304."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        conditions = [v.decode("latin-1") for n, v in scope["headers"] if n == b"if-none-match"]
        retouche = partial(_conditionner, conditions=conditions)
        await self.app(scope, receive, retoucher(send, _est_reussie, retouche))


def _est_reussie(depart: Message) -> bool:
    return bool(depart["status"] == 200)


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
