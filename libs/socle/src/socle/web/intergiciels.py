"""Les intergiciels ASGI purs : limite de corps, erreurs imprévues, mesure et journal."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Receive, Scope, Send

from socle.exploitation.mesures import Mesures
from socle.exploitation.traces import etape
from socle.web.problemes import Probleme, probleme_du_cadre, traduire_imprevu

TAILLE_CORPS = 1_000_000
"""Octets permis dans un corps de requête."""

journal = structlog.get_logger()
Envoi = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Frontiere:
    """La frontière du service : borne le corps, traduit l'imprévu, mesure chaque requête."""

    def __init__(self, app: ASGIApp, mesures: Mesures, service: str) -> None:
        self.app = app
        self.mesures = mesures
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        debut = time.perf_counter()
        statut = 0

        async def envoyer(message: MutableMapping[str, Any]) -> None:
            nonlocal statut
            if message["type"] == "http.response.start":
                statut = message["status"]
            await send(message)

        try:
            await self._servir(scope, receive, envoyer)
        except Exception as erreur:
            if statut:
                raise
            await traduire_imprevu(erreur)(scope, receive, envoyer)
        finally:
            self._noter(scope, statut, time.perf_counter() - debut)

    async def _servir(self, scope: Scope, receive: Receive, send: Send) -> None:
        longueur = _en_tete(scope, b"content-length") or "0"
        if not longueur.isdecimal() or int(longueur) > TAILLE_CORPS:
            await probleme_du_cadre(413)(scope, receive, send)
            return
        recu = 0

        async def recevoir() -> MutableMapping[str, Any]:
            nonlocal recu
            message = await receive()
            recu += len(message.get("body", b""))
            if recu > TAILLE_CORPS:
                raise Probleme(413)
            return message

        en_tetes = {"traceparent": _en_tete(scope, b"traceparent")}
        with etape(f"{scope['method']} {self.service}", SpanKind.SERVER, en_tetes):
            await self.app(scope, recevoir, send)

    def _noter(self, scope: Scope, statut: int, duree: float) -> None:
        route = getattr(scope.get("route"), "path", "inconnue")
        self.mesures.requetes.labels(self.service, scope["method"], route, str(statut)).observe(
            duree
        )
        journal.info(
            "http", methode=scope["method"], route=route, statut=statut, ms=round(duree * 1e3, 1)
        )


def _en_tete(scope: Scope, nom: bytes) -> str:
    valeur: bytes = dict(scope["headers"]).get(nom, b"")
    return valeur.decode("latin-1")
