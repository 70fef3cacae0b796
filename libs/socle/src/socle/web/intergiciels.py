"""Les intergiciels ASGI purs : limite de corps, erreurs imprévues, mesure et journal."""

import time
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from socle.exploitation.mesures import Mesures, methode_bornee
from socle.exploitation.securite import APPELANT, Appelant, Echange, VeilleSecurite
from socle.exploitation.traces import etape, exemplaire, preciser, traceparent
from socle.serveur.problemes import probleme_du_cadre, traduire_imprevu
from socle.serveur.protocole import TAILLE_CORPS

PARTI: Final = 499
"""Le statut compté quand l'appelant part, ou est coupé, avant la fin de son corps."""

_TRACE: Final = "sbg.trace"
_EXEMPLAIRE: Final = "sbg.exemplaire"
_STATUT: Final = "sbg.statut"


def _preciser(scope: Scope) -> None:
    """La route et le statut, que l'étape ne sait qu'à la fin (conventions HTTP)."""
    methode, route = methode_bornee(scope["method"]), getattr(scope.get("route"), "path", "")
    dits: dict[str, str | int] = {"http.request.method": methode, "url.scheme": scope["scheme"]}
    if route:
        dits["http.route"] = route
    if _STATUT in scope:
        dits["http.response.status_code"] = scope[_STATUT]
    preciser(f"{methode} {route}".strip(), dits)


def _echange(scope: Scope, statut: int, media: str) -> Echange:
    """Ce que l'échange montre, une fois fini."""
    return Echange(
        methode=methode_bornee(scope["method"]),
        route=getattr(scope.get("route"), "path", "inconnue"),
        statut=statut,
        media=media,
        appelant=scope.get(APPELANT, Appelant()),
        adresse=(scope.get("client") or ("",))[0],
        trace=scope.get(_TRACE, ""),
    )


class Frontiere:
    """La frontière du service : borne le corps, traduit l'imprévu, mesure chaque requête."""

    def __init__(
        self, app: ASGIApp, mesures: Mesures, service: str, securite: VeilleSecurite
    ) -> None:
        self.app = app
        self.securite = securite
        self.mesures = mesures
        self.service = service
        self.journal = structlog.get_logger().bind()
        self._durees: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        debut = time.perf_counter()
        statut, media = 0, ""

        async def envoyer(message: MutableMapping[str, Any]) -> None:
            nonlocal statut, media
            if message["type"] == "http.response.start":
                scope[_STATUT] = statut = message["status"]
                media = dict(message["headers"]).get(b"content-type", b"").decode("latin-1")
            await send(message)

        try:
            if not await self._servir(scope, receive, envoyer):
                statut = statut or PARTI
        except Exception as erreur:
            if statut:
                raise
            await traduire_imprevu(erreur)(scope, receive, envoyer)
        finally:
            self._mesurer(scope, statut, time.perf_counter() - debut)
            self.securite.voir(_echange(scope, statut, media))

    async def _servir(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Faux si l'appelant est parti : rien ne lui répond, et ce n'est l'erreur de personne."""
        en_tetes = dict(scope["headers"])
        longueur = en_tetes.get(b"content-length", b"0")
        if not longueur.isdigit() or int(longueur) > TAILLE_CORPS:
            await probleme_du_cadre(413)(scope, receive, send)
            return True
        recu = 0

        async def recevoir() -> MutableMapping[str, Any]:
            nonlocal recu
            message = await receive()
            recu += len(message.get("body", b""))
            if recu > TAILLE_CORPS:
                # Le cadre tient toute autre erreur de lecture pour un corps illisible (400).
                raise HTTPException(413)
            return message

        amont = {"traceparent": en_tetes.get(b"traceparent", b"").decode("latin-1")}
        with etape(f"{scope['method']} {self.service}", SpanKind.SERVER, amont):
            scope[_TRACE], scope[_EXEMPLAIRE] = traceparent(), exemplaire()
            try:
                await self.app(scope, recevoir, send)
            except ClientDisconnect:
                return False
            finally:
                _preciser(scope)
        return True

    def _mesurer(self, scope: Scope, statut: int, duree: float) -> None:
        route = getattr(scope.get("route"), "path", "inconnue")
        methode: str = scope["method"]
        cle = methode_bornee(methode), route, statut
        if cle not in self._durees:
            etiquettes = (self.service, cle[0], route, str(statut))
            self._durees[cle] = self.mesures.requetes.labels(*etiquettes)
        self._durees[cle].observe(duree, scope.get(_EXEMPLAIRE))
        self.journal.info(
            "http", methode=methode, route=route, statut=statut, ms=round(duree * 1e3, 1)
        )
