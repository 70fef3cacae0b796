"""Le bandeau d'un entretien annoncé, sur toute page HTML du service."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socle.bd.entretien import Annonce
from socle.web.etags import refaire
from socle.web.retouches import retoucher

Lecture = Callable[[], Annonce | None]
_AVANT: Final = b'<main id="contenu"'
"""Ce que précède le bandeau : hors du contenu, qu'on cite et qu'on imprime."""


class Bandeau:
    """Dit l'entretien annoncé en tête de chaque page; rien, si nul ne l'est.

    Posé au retour d'une route, il n'entre dans aucun document gardé; au-dedans de `Condition`, il
    entre dans l'ETag : une page tenue d'avant l'annonce n'est plus la même.
    """

    def __init__(self, app: ASGIApp, annonce: Lecture) -> None:
        self.app = app
        self.annonce = annonce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        dite = self.annonce() if scope["type"] == "http" else None
        if dite is None:
            await self.app(scope, receive, send)
            return
        bandeau = _bandeau(dite)
        retouche = partial(_poser, bandeau=bandeau)
        await self.app(scope, receive, retoucher(send, _est_une_page, retouche))


def _est_une_page(depart: Message) -> bool:
    return bool(dict(depart["headers"]).get(b"content-type", b"").startswith(b"text/html"))


def _poser(depart: Message, message: Message, bandeau: bytes) -> tuple[Message, Message]:
    corps = message.get("body", b"").replace(_AVANT, bandeau + _AVANT, 1)
    neufs = {b"content-length": str(len(corps)).encode()}
    en_tetes = [(nom, neufs.get(nom, valeur)) for nom, valeur in depart["headers"]]
    en_tetes = [(n, refaire(v, corps) if n == b"etag" else v) for n, v in en_tetes]
    return {**depart, "headers": en_tetes}, {**message, "body": corps}


@lru_cache(4)
def _bandeau(annonce: Annonce) -> bytes:
    # Babel et Jinja pèsent des mégaoctets : ne les paie que l'API qui annonce.
    from pages.annonce import bandeau  # noqa: PLC0415

    return bandeau(annonce.debut, annonce.fin).encode()
