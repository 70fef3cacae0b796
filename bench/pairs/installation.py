"""L'environnement du pair, installé à la demande depuis son verrou."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).parents[2]
VENV: Final = RACINE / ".cache" / "pairs"
PYTHON: Final = VENV / "bin" / "python"
_VERROU: Final = RACINE / "requirements" / "pairs.lock"
_MARQUE: Final = VENV / "empreinte"
_INSTALLER: Final = (
    *("install", "--quiet", "--disable-pip-version-check", "--no-deps"),
    *("--require-hashes", "--only-binary", ":all:", "--requirement"),
)


def installer() -> str:
    """Installe le verrou s'il a changé; rend le Python du pair."""
    empreinte = f"{RACINE}\n{_VERROU.read_text('utf-8')}"
    if not _MARQUE.exists() or _MARQUE.read_text("utf-8") != empreinte:
        print("Environnement du pair : installation depuis requirements/pairs.lock…", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        # Sans pip : le module ensurepip manque sur un Debian nu, et le nôtre sait viser ailleurs.
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV], check=True)
        pip = (sys.executable, "-m", "pip", "--python", str(PYTHON))
        subprocess.run([*pip, *_INSTALLER, str(_VERROU)], check=True)
        _MARQUE.write_text(empreinte, "utf-8")
    return str(PYTHON)
