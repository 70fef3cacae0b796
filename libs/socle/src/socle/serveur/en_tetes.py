"""Ce que porte toute réponse : en-têtes de sûreté, garde, et HEAD là où se sert GET."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socle.bd.entretien import Annonce

EN_TETES_DE_SURETE: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}
"""Ce que porte toute réponse qui n'en dit pas plus."""

_SURETE: Final = {nom.lower().encode(): v.encode() for nom, v in EN_TETES_DE_SURETE.items()}

PAGES_DU_SOCLE: Final = ("/docs", "/openapi.json", "/problemes")
"""Ce que le socle sert à tous, sans jeton."""


class EnTetes:
    """Dit de toute réponse qui peut la garder, et sert HEAD partout où se sert GET.

    Une réponse ne se garde nulle part (`no-store`), sauf la lecture réussie d'une route `relisible`
    (celles d'une aire de données publiques), que l'appelant garde et revalide par son ETag. Un
    entretien annoncé se dit sur toutes : `SBG-Entretien: début/fin` (ISO 8601, UTC).
    """

    def __init__(
        self,
        app: ASGIApp,
        relisibles: Iterable[object] = (),
        annonce: Callable[[], Annonce | None] = lambda: None,
    ) -> None:
        self.app = app
        self.annonce = annonce
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
        if (annonce := self.annonce()) is not None:
            message["headers"].append((b"sbg-entretien", annonce.texte.encode()))

    def _est_relisible(self, scope: Scope) -> bool:
        chemin: str = scope["path"]
        return id(scope.get("route")) in self.relisibles or chemin.startswith(PAGES_DU_SOCLE)


@lru_cache(64)
def _varie(dit: bytes) -> bytes:
    mots = {mot.strip() for mot in dit.split(b",")} - {b""}
    return b", ".join(sorted(mots | {b"Authorization", b"Accept-Encoding"}))
