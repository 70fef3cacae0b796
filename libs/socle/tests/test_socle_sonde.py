"""La sonde des conteneurs : prête si le rôle le dit, quoi que dise l'environnement."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from socle.exploitation.pret import pret


def _role(statut: int) -> type[BaseHTTPRequestHandler]:
    class Role(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statut if self.path == "/sante/disponibilite" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Rien à dire."""

    return Role


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Le port d'un rôle qui se dit prêt, ou répond le statut demandé."""
    with HTTPServer(("127.0.0.1", 0), _role(getattr(request, "param", 200))) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        yield serveur.server_port
        serveur.shutdown()
        fil.join()


def test_la_sonde_dit_ce_que_dit_le_role(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert pret(port)


@pytest.mark.parametrize("port", [503], indirect=True)
def test_la_sonde_dit_non_pret(port: int) -> None:
    assert not pret(port)


def test_la_sonde_sort_non_nul_sans_reponse() -> None:
    sonde = subprocess.run([sys.executable, "-m", "socle.exploitation.pret", "9"], check=False)
    assert sonde.returncode == 1
