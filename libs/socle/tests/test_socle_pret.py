"""La sonde des conteneurs : prête si le rôle le dit, quoi que dise l'environnement."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from socle.pret import pret


class _Role(BaseHTTPRequestHandler):
    statut = 200

    def do_GET(self) -> None:
        self.send_response(self.statut if self.path == "/sante/disponibilite" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Rien à dire."""


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Role) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        yield serveur.server_port
        serveur.shutdown()
        fil.join()


def test_la_sonde_dit_ce_que_dit_le_role(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert pret(port)
    monkeypatch.setattr(_Role, "statut", 503)
    assert not pret(port)


def test_la_sonde_sort_non_nul_sans_reponse() -> None:
    sonde = subprocess.run([sys.executable, "-m", "socle.pret", "9"], check=False)
    assert sonde.returncode == 1
