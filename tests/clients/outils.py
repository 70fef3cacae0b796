"""Ce qu'un intégrateur emploie : Node et ses paquets, un générateur Python.

Tout s'installe sous `.cache/clients`, hors de l'environnement du dépôt, depuis des verrous dont
chaque paquet porte son empreinte.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).parents[2]
CACHE: Final = RACINE / ".cache" / "clients"
NODE, PYTHON = CACHE / "node", CACHE / "python"
_VERROUS: Final = (Path(__file__).parent / "node" / "package-lock.json",
                   RACINE / "requirements" / "clients.lock")  # fmt: skip
_MARQUE: Final = CACHE / "empreinte"
DELAI_S: Final = 180


def installer() -> None:
    """Installe le générateur et les paquets de Node; rien si les verrous n'ont pas changé."""
    empreinte = "\n".join(verrou.read_text("utf-8") for verrou in _VERROUS)
    if _MARQUE.exists() and _MARQUE.read_text("utf-8") == empreinte:
        return
    shutil.rmtree(CACHE, ignore_errors=True)
    NODE.mkdir(parents=True)
    for nom in ("package.json", "package-lock.json"):
        shutil.copy(Path(__file__).parent / "node" / nom, NODE / nom)
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm est requis : installez Node 20 ou plus récent.")
    tranquille = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    subprocess.run([npm, "ci", *tranquille], cwd=NODE, check=True)
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    surs = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
    subprocess.run([*pip, *surs, "--target", PYTHON, "--requirement", _VERROUS[1]], check=True)
    _MARQUE.write_text(empreinte, "utf-8")


def programme(nom: str) -> Path:
    """Un programme des paquets de Node."""
    return NODE / "node_modules" / ".bin" / nom


def executer(*commande: object, **environnement: str) -> str:
    """La sortie d'un programme qui doit réussir, dans un temps borné."""
    fini = subprocess.run(
        [str(partie) for partie in commande],
        env={**os.environ, **environnement},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=DELAI_S,
    )
    assert fini.returncode == 0, f"{commande[0]} : {fini.stdout[-4_000:]}"
    return fini.stdout
