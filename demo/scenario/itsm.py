"""L'outil de billets du CSC, côté réception : il vérifie chaque webhook et flanche une fois."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

CORPS_MAX = 256 * 1024
TYPES = (
    "demande.créée",
    "demande.approuvée",
    "demande.refusée",
    "demande.annulée",
    "demande.rouverte",
    "demande.complétée",
    "acte.rectifié",
)
"""Ce à quoi l'ITSM s'abonne."""


@dataclass(slots=True)
class Recus:
    """Ce que l'ITSM a reçu de nous; un identifiant ne compte qu'une fois."""

    types: dict[str, str] = field(default_factory=dict)
    repetitions: int = 0
    fausses_signatures: int = 0
    pannes: int = 0
    traces: dict[str, str] = field(default_factory=dict)
    """Par demande, la trace de ce qu'il en a d'abord reçu : il la rend avec ses actes."""
    _verrou: Lock = field(default_factory=Lock)

    @property
    def par_type(self) -> dict[str, int]:
        return dict(sorted(Counter(self.types.values()).items()))

    def recevoir(self, corps: bytes, en_tetes: dict[str, str], secret: str) -> int:
        """Le statut à répondre : 401 si la signature est fausse, 503 le temps d'une panne."""
        with self._verrou:
            try:
                Webhook(secret).verify(corps, en_tetes, json_parse=False)
            except (WebhookVerificationError, ValueError):
                self.fausses_signatures += 1
                return 401
            if not self.pannes:
                self.pannes = 1
                return 503
            identifiant = en_tetes["webhook-id"]
            self.repetitions += identifiant in self.types
            recu = json.loads(corps)
            self.types[identifiant] = recu["type"]
            if "traceparent" in en_tetes:
                self.traces.setdefault(recu["subject"], en_tetes["traceparent"])
            return 204


@dataclass(slots=True)
class Itsm:
    """L'ITSM à l'écoute; son secret lui vient de son abonnement."""

    adresse: str
    recus: Recus = field(default_factory=Recus)
    secret: str = ""

    @classmethod
    @contextmanager
    def ecouter(cls) -> Iterator["Itsm"]:
        """Écoute sur un port libre de cette machine, le temps du bloc."""
        serveur = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        itsm = cls(f"http://127.0.0.1:{serveur.server_port}/sbg")
        serveur.RequestHandlerClass = _guichet(itsm)
        fil = Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        try:
            yield itsm
        finally:
            serveur.shutdown()
            serveur.server_close()
            fil.join()


def _guichet(itsm: Itsm) -> type[BaseHTTPRequestHandler]:
    class Guichet(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            longueur = min(int(self.headers.get("Content-Length", "0")), CORPS_MAX)
            en_tetes = {nom.lower(): valeur for nom, valeur in self.headers.items()}
            statut = itsm.recus.recevoir(self.rfile.read(longueur), en_tetes, itsm.secret)
            self.send_response(statut)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Rien à l'écran : la démonstration dit elle-même ce qui compte."""

    return Guichet
