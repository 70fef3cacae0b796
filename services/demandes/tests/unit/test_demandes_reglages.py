"""Un réglage des webhooks qui manque ou se lit mal : une ligne claire, le code 2, aucun secret."""

import base64
import os
import subprocess
import sys

import pytest

from demandes.reglages import ReglagesDemandes

CLE = "2026:" + base64.b64encode(os.urandom(32)).decode()
MAUVAISE = "2026:" + base64.b64encode(os.urandom(8)).decode()
DSN = "postgresql://u:p@127.0.0.1:1/demandes"
REQUIS = {
    "SBG_BASE__API": DSN,
    "SBG_BASE__INTERNE": DSN,
    "SBG_BUS__ADRESSES": "127.0.0.1:1",
    "SBG_BUS__PROTOCOLE": "PLAINTEXT",
    "SBG_ITSM_SECRETS": f"whsec_{base64.b64encode(os.urandom(32)).decode()}",
    "SBG_IDENTITE__EMETTEUR": "https://emetteur.example",
    "SBG_IDENTITE__JWKS": "https://emetteur.example/jwks",
}


def test_des_listes_a_virgules_et_un_proxy_vide_est_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBG_WEBHOOKS_CLES", f" {CLE} , ,{MAUVAISE}")
    monkeypatch.setenv("SBG_WEBHOOKS_PROXY", "")
    reglages = ReglagesDemandes()
    assert reglages.cles_de_chiffrement == [CLE, MAUVAISE]
    assert reglages.webhooks_proxy is None


def demarrer(role: str, reglages: dict[str, str]) -> tuple[int, str]:
    """Le code de sortie du rôle, et ce qu'il dit."""
    propre = {nom: v for nom, v in os.environ.items() if not nom.startswith("SBG_")}
    lance = subprocess.run(  # noqa: S603 -- notre propre lanceur
        [sys.executable, "-m", "demandes", role],
        env=propre | REQUIS | reglages | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return lance.returncode, lance.stderr


@pytest.mark.parametrize(
    ("role", "reglages", "dit"),
    [
        ("api", {}, "SBG_WEBHOOKS_CLES est requis"),
        ("relais", {"SBG_WEBHOOKS_CLES": MAUVAISE}, "SBG_WEBHOOKS_CLES : une clé s'écrit"),
        (
            "relais",
            {"SBG_WEBHOOKS_CLES": CLE, "SBG_WEBHOOKS_PROXY": "socks5://p:1080"},
            "SBG_WEBHOOKS_PROXY s'écrit",
        ),
    ],
)
def test_un_reglage_fautif_arrete_le_role(role: str, reglages: dict[str, str], dit: str) -> None:
    code, erreur = demarrer(role, reglages)
    assert (code, "Traceback" in erreur) == (2, False), erreur
    assert dit in erreur
    assert not any(secret.partition(":")[2] in erreur for secret in (CLE, MAUVAISE))
