"""Prépare `.venv` : tout vient des verrous, empreinte par empreinte; rien n'est refait pour rien.

Bibliothèque standard seulement, et syntaxe lisible par un vieux Python, pour pouvoir dire à qui
en a un ce qu'il lui faut. Une installation interrompue n'est jamais prise pour bonne : la marque
de fin n'est écrite qu'après le dernier paquet, et une marque de début restée là fait tout refaire.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
VENV = RACINE / ".venv"
PYTHON = VENV / "bin" / "python"
DEBUT = RACINE / ".cache" / "preparer.en-cours"
FIN = VENV / ".sbg-empreinte"
VERROU = RACINE / "requirements" / "dev.lock"
MINIMUM = (3, 11)
CANDIDATS = ("python3.13", "python3.12", "python3.11", "python3.14")
PIP_INSTALL = (
    *("install", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--no-deps", "--no-compile"),
)
DEPUIS_LE_VERROU = ("--require-hashes", "--only-binary", ":all:", "--requirement")


class PreparationImpossible(Exception):
    """L'environnement ne peut être préparé; le message dit quoi faire."""


def membres() -> list[Path]:
    """Les paquets du dépôt, dans l'ordre de `[tool.sbg] membres`."""
    import tomllib  # noqa: PLC0415 — absent des vieux Python, refusés avant d'arriver ici

    lu = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))
    return [RACINE / membre for membre in lu["tool"]["sbg"]["membres"]]


def empreinte() -> str:
    """Ce dont dépend l'environnement : l'emplacement, puis le verrou et les paquets du dépôt."""
    somme = hashlib.sha256()
    for fichier in [VERROU, *(membre / "pyproject.toml" for membre in membres())]:
        somme.update(fichier.read_bytes())
    return f"{RACINE}\n{somme.hexdigest()}\n"


def _marque() -> str:
    return FIN.read_text(encoding="utf-8") if FIN.exists() else ""


def est_a_jour() -> bool:
    """Vrai si la dernière préparation est allée au bout et que rien n'a changé depuis."""
    return PYTHON.exists() and not DEBUT.exists() and _marque() == empreinte()


def _executer(*commande: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(element) for element in commande],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _exiger(quoi: str, *commande: object) -> None:
    resultat = _executer(*commande)
    if resultat.returncode != 0:
        fin = "\n".join(resultat.stdout.strip().splitlines()[-10:])
        conseil = ""
        if "connection broken" in fin or "No matching distribution" in fin:
            conseil = (
                "\nLe registre de paquets ne répond pas : vérifiez le réseau, ou le miroir de pip."
            )
        raise PreparationImpossible(f"{quoi} : échec.\n{fin}{conseil}")


def _pip_repond() -> bool:
    return PYTHON.exists() and _executer(PYTHON, "-m", "pip", "--version").returncode == 0


def _est_a_refaire() -> bool:
    """Vrai si `.venv` est absent, inachevé, cassé ou venu d'un autre emplacement."""
    deplace = bool(_marque()) and _marque().splitlines()[0] != str(RACINE)
    return DEBUT.exists() or deplace or not _pip_repond()


def creer_venv() -> None:
    """Crée `.venv` avec pip, même où le module ensurepip manque (Debian sans python3-venv)."""
    for creer in (_par_venv, _par_virtualenv, _venv_puis_pip):
        shutil.rmtree(str(VENV), ignore_errors=True)
        if creer().returncode == 0 and _pip_repond():
            return
    shutil.rmtree(str(VENV), ignore_errors=True)
    raise PreparationImpossible(
        "Impossible de créer .venv : installez le module venv de Python "
        "(Debian, Ubuntu : apt-get install python3-venv) ou virtualenv, puis relancez."
    )


def _par_venv() -> subprocess.CompletedProcess[str]:
    return _executer(sys.executable, "-m", "venv", VENV)


def _par_virtualenv() -> subprocess.CompletedProcess[str]:
    return _executer(sys.executable, "-m", "virtualenv", VENV)


def _venv_puis_pip() -> subprocess.CompletedProcess[str]:
    """Crée `.venv` sans pip, puis y met celui du verrou par le pip du système (≥ 22.3)."""
    cree = _executer(sys.executable, "-m", "venv", "--without-pip", VENV)
    return cree if cree.returncode != 0 else _pip_du_verrou(sys.executable, "--python", PYTHON)


def _pip_du_verrou(python: object, *options: object) -> subprocess.CompletedProcess[str]:
    """Installe le pip du verrou : les pip livrés avec Python mettent deux fois plus de temps."""
    bloc = re.search(r"^pip==(?:.*\\\n)+.*\n", VERROU.read_text(encoding="utf-8"), re.MULTILINE)
    if bloc is None:
        raise PreparationImpossible(f"{VERROU.name} ne fige pas pip : lancez « make verrous ».")
    with tempfile.TemporaryDirectory() as dossier:
        demande = Path(dossier) / "pip.txt"
        demande.write_text(bloc.group(), encoding="utf-8")
        pip = (python, "-m", "pip", *options)
        return _executer(*pip, *PIP_INSTALL, *DEPUIS_LE_VERROU, demande)


def installer() -> None:
    """Installe le verrou puis les paquets du dépôt, et pose la marque de fin."""
    a_refaire = _est_a_refaire()
    DEBUT.touch()
    if a_refaire:
        print("Environnement Python : création de .venv…", flush=True)
        creer_venv()
    nombre = len(re.findall(r"^[a-z0-9].*==", VERROU.read_text(encoding="utf-8"), re.MULTILINE))
    print(
        f"Environnement Python : installation de {nombre} paquets vérifiés par empreinte "
        "(une à deux minutes la première fois)…",
        flush=True,
    )
    pip = (PYTHON, "-m", "pip")
    _pip_du_verrou(PYTHON)
    _exiger("Installation des dépendances", *pip, *PIP_INSTALL, *DEPUIS_LE_VERROU, VERROU)
    editables = [morceau for membre in membres() for morceau in ("--editable", membre)]
    _exiger(
        "Installation des paquets du dépôt", *pip, *PIP_INSTALL, "--no-build-isolation", *editables
    )
    _exiger("Cohérence des dépendances", *pip, "check")
    FIN.write_text(empreinte(), encoding="utf-8")
    DEBUT.unlink()


def _seul() -> object:
    """Attend que nul autre ne prépare ce `.venv`; le verrou tombe avec le processus."""
    import fcntl  # noqa: PLC0415 — Unix seulement

    (RACINE / ".cache").mkdir(exist_ok=True)
    verrou = (RACINE / ".cache" / "preparer.verrou").open("w")
    fcntl.flock(verrou, fcntl.LOCK_EX)
    return verrou


def _passer_a_un_python_recent() -> None:
    for nom in CANDIDATS:
        chemin = shutil.which(nom)
        # Un « shim » peut exister et ne mener à rien : on l'essaie avant de lui céder la place.
        if chemin and _executer(chemin, "-c", "import tomllib").returncode == 0:
            os.execv(chemin, [chemin, *sys.argv])  # noqa: S606 — le chemin vient de PATH
    trouve = ".".join(map(str, sys.version_info[:3]))
    raise PreparationImpossible(
        f"Python {MINIMUM[0]}.{MINIMUM[1]} ou plus récent est requis; celui-ci est {trouve}. "
        "Installez-en un, ou désignez-le : make PYTHON=/chemin/vers/python3.11 …"
    )


def main() -> int:
    """Prépare l'environnement s'il ne l'est pas; rend 0, ou 1 avec un message."""
    if sys.version_info < MINIMUM:
        _passer_a_un_python_recent()
    if est_a_jour():
        return 0
    _verrou = _seul()
    if est_a_jour():
        return 0
    debut = time.monotonic()
    installer()
    print(f"Environnement Python : prêt en {time.monotonic() - debut:.0f} s.", flush=True)
    return 0


if __name__ == "__main__":
    # SIGTERM emporte aussi le pip en cours, comme Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except PreparationImpossible as erreur:
        sys.exit(str(erreur))
    except KeyboardInterrupt:
        sys.exit("\nInterrompu : relancez, la préparation reprendra du début.")
