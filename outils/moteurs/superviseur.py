"""Garde un serveur en vie tant que son parent vit, et jamais une seconde de plus.

Le parent tient le bout d'écriture d'un tube, notre entrée standard. Qu'il ferme le tube, qu'il
meure proprement ou d'un `kill -9`, nous lisons la fin du tube : le serveur est arrêté, puis le
dossier temporaire est effacé. Si c'est le superviseur qui est tué, le noyau Linux prévient le
serveur (PR_SET_PDEATHSIG). Bibliothèque standard seulement : lancé par son chemin, sans `site`.
"""

import argparse
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
PERIODE_S = 0.2
ARRETER_SANS_EFFACER = b"garder"


class FinDemandee(Exception):
    """Un signal demande l'arrêt du superviseur."""


def _lire_arguments() -> argparse.Namespace:
    analyseur = argparse.ArgumentParser(description=__doc__)
    analyseur.add_argument("--uid", type=int, help="compte sous lequel tourne le serveur")
    analyseur.add_argument("--gid", type=int)
    analyseur.add_argument(
        "--journal", required=True, help="fichier où va ce que le serveur imprime"
    )
    analyseur.add_argument("--dossier", required=True, help="répertoire courant du serveur")
    analyseur.add_argument("--effacer", help="dossier à effacer quand le parent disparaît")
    analyseur.add_argument("--arret", default="SIGTERM", help="signal d'arrêt propre")
    analyseur.add_argument("--delai", type=float, default=15.0, help="secondes avant SIGKILL")
    analyseur.add_argument("commande", nargs="+")
    return analyseur.parse_args()


def _lier_au_parent(pid_parent: int, numero: int) -> Callable[[], None]:
    """Rend ce que le serveur exécute avant `exec` : mourir si le superviseur meurt (Linux)."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def lier() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, numero, 0, 0, 0)
        if os.getppid() != pid_parent:
            os._exit(1)

    return lier


def _attendre(serveur: "subprocess.Popen[bytes]") -> bool:
    """Attend la fin du serveur ou celle du parent; dit si le dossier peut être effacé."""
    recu = b""
    while serveur.poll() is None:
        if select.select([0], [], [], PERIODE_S)[0]:
            morceau = os.read(0, 64)
            if not morceau:
                return ARRETER_SANS_EFFACER not in recu
            recu += morceau
    return False


def _arreter(serveur: "subprocess.Popen[bytes]", numero: int, delai: float) -> None:
    if serveur.poll() is not None:
        return
    serveur.send_signal(numero)
    try:
        serveur.wait(timeout=delai)
    except subprocess.TimeoutExpired:
        serveur.kill()
        serveur.wait()


def _sur_signal(numero: int, _cadre: FrameType | None) -> None:
    raise FinDemandee(signal.Signals(numero).name)


def superviser(arguments: argparse.Namespace) -> int:
    """Lance la commande et la tient jusqu'à la fin; rend le code de sortie du serveur."""
    numero = signal.Signals[arguments.arret]
    with Path(arguments.journal).open("ab") as journal:
        serveur = subprocess.Popen(
            arguments.commande,
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            cwd=arguments.dossier,
            user=arguments.uid,
            group=arguments.gid,
            extra_groups=None if arguments.uid is None else [],
            preexec_fn=_lier_au_parent(os.getpid(), numero),  # noqa: PLW1509 — un seul fil ici
        )
    effacer = True
    with suppress(FinDemandee):
        effacer = _attendre(serveur)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _arreter(serveur, numero, arguments.delai)
    if effacer and arguments.effacer:
        shutil.rmtree(arguments.effacer, ignore_errors=True)
    return serveur.returncode


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _sur_signal)
    sys.exit(superviser(_lire_arguments()))
