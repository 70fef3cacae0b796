"""Tout ce qui sort d'un service hors de sa base : journaux, traces, métriques, problèmes."""

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from pydantic import HttpUrl
from sqlalchemy import text

from outils.essais.banc import Banc
from socle.exploitation.journaux import installer_journaux
from socle.exploitation.traces import ReglagesTraces, installer_traces


@dataclass(slots=True)
class Puits:
    """Ce qui est sorti, par genre."""

    journaux: io.StringIO = field(default_factory=io.StringIO)
    traces: list[bytes] = field(default_factory=list)
    metriques: list[str] = field(default_factory=list)
    attributs: list[str] = field(default_factory=list)
    problemes: list[str] = field(default_factory=list)

    def contenu(self) -> dict[str, str]:
        """Tout le texte sorti, par genre."""
        return {
            "journaux": self.journaux.getvalue(),
            "traces": b"\n".join(self.traces).decode("utf-8", "replace"),
            "métriques": "\n".join(self.metriques),
            "attributs d'événements": "\n".join(self.attributs),
            "problèmes": "\n".join(self.problemes),
        }

    async def relever(self, banc: Banc) -> None:
        """Lit les métriques d'un banc, et les attributs de tout ce qu'il publie."""
        self.metriques.append((await banc.gerer("/metrics")).text)
        async with banc.interne() as connexion:
            lignes = await connexion.lignes(
                text(
                    "SELECT evenement_id, sujet, cle, type, version, survenu_le, enregistre_le,"
                    " convert_from(en_tetes, 'UTF8') AS en_tetes FROM socle_outbox"
                )
            )
            self.attributs += [" ".join(str(valeur) for valeur in ligne) for ligne in lignes]


@contextmanager
def recueillir() -> Iterator[Puits]:
    """Branche les vrais journaux et les vraies traces du produit, et garde ce qui en sort."""
    puits = Puits()
    avant = structlog.get_config()
    racine = logging.getLogger()
    poignee = logging.StreamHandler(puits.journaux)
    poignee.setLevel(logging.ERROR)
    racine.addHandler(poignee)
    with redirect_stderr(puits.journaux):
        installer_journaux("essai", "tout", "DEBUG")
    try:
        with collecteur(puits.traces) as adresse:
            reglages = ReglagesTraces(otlp=HttpUrl(adresse), part=1.0)
            fournisseur = installer_traces("essai", "tout", reglages)
            # Le produit n'appelle que le JWKS par httpx; ici, c'est aussi l'appelant des essais.
            HTTPXClientInstrumentor().uninstrument()
            try:
                yield puits
            finally:
                if fournisseur is not None:
                    fournisseur.shutdown()
                AsyncPGInstrumentor().uninstrument()  # type: ignore[no-untyped-call]
    finally:
        racine.removeHandler(poignee)
        structlog.contextvars.clear_contextvars()
        structlog.configure(**avant)


@contextmanager
def collecteur(recus: list[bytes]) -> Iterator[str]:
    """Un collecteur OTLP de boucle locale, qui garde les octets reçus."""

    class Recevoir(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            recus.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Rien sur l'erreur standard."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Recevoir)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    try:
        yield f"http://127.0.0.1:{serveur.server_port}/v1/traces"
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()
