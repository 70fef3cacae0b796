"""Lance un serveur sous le superviseur, et l'arrête."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from outils.moteurs.superviseur import ARRETER_SANS_EFFACER

DELAI_ARRET_S = 20.0
_SOUS_LES_EPHEMERES = range(10_240, 32_000)
SUPERVISEUR = Path(__file__).with_name("superviseur.py")


class MoteurIndisponible(RuntimeError):
    """Un moteur (base ou bus) n'a pas pu démarrer ou ne répond pas; le message dit pourquoi."""


@dataclass(frozen=True)
class Compte:
    """Compte Unix sous lequel un serveur tourne (PostgreSQL refuse root)."""

    uid: int
    gid: int


def retrouver(*marques: str) -> list[psutil.Process]:
    """Les processus dont la commande porte toutes ces marques.

    Un numéro gardé dans un fichier peut être celui d'un autre, ou le fichier coupé; une commande
    qui nomme notre dossier est la nôtre. psutil refuse ensuite de frapper un numéro resservi.
    """
    trouves = []
    for processus in psutil.process_iter():
        with suppress(psutil.Error):
            commande = " ".join(processus.cmdline())
            if processus.pid != os.getpid() and all(marque in commande for marque in marques):
                trouves.append(processus)
    return trouves


def eteindre(processus: Sequence[psutil.Process]) -> None:
    """Arrête des processus et leur descendance : SIGTERM, puis SIGKILL s'il ne suffit pas."""
    restants = list(processus)
    for un in processus:
        with suppress(psutil.Error):
            restants += un.children(recursive=True)
    for ordre in (signal.SIGTERM, signal.SIGKILL):
        for un in restants:
            with suppress(psutil.Error):
                un.send_signal(ordre)
        _, restants = psutil.wait_procs(restants, DELAI_ARRET_S)


def port_libre() -> int:
    """Un port TCP de 127.0.0.1, libre à l'instant de l'appel.

    Tiré sous les ports éphémères : le noyau ne le donnera ensuite à aucune connexion sortante.
    """
    for port in random.sample(_SOUS_LES_EPHEMERES, 100):
        with socket.socket() as prise, suppress(OSError):
            prise.bind(("127.0.0.1", port))
            return port
    raise MoteurIndisponible("Aucun port libre de 127.0.0.1 : cent essais ont échoué.")


def fin_du_journal(journal: Path, lignes: int = 15) -> str:
    """Les dernières lignes d'un journal, pour un message d'erreur."""
    try:
        return "\n".join(journal.read_text(errors="replace").splitlines()[-lignes:])
    except OSError as erreur:
        return f"(journal illisible : {erreur})"


class Serveur:
    """Un serveur tenu par le superviseur : il ne survit ni à `arreter`, ni à notre mort."""

    def __init__(
        self,
        commande: Sequence[str],
        *,
        journal: Path,
        dossier: Path,
        effacer: Path | None = None,
        compte: Compte | None = None,
        arret: str = "SIGTERM",
        environnement: Mapping[str, str] | None = None,
    ) -> None:
        options = ["--journal", str(journal), "--dossier", str(dossier), "--arret", arret]
        if effacer is not None:
            options += ["--effacer", str(effacer)]
        if compte is not None:
            options += ["--uid", str(compte.uid), "--gid", str(compte.gid)]
        self.journal = journal
        self._superviseur = subprocess.Popen(
            [sys.executable, "-I", "-S", str(SUPERVISEUR), *options, "--", *commande],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=None if environnement is None else dict(environnement),
            start_new_session=True,  # Ctrl-C s'adresse à nous : le serveur doit nous survivre
        )

    @property
    def vivant(self) -> bool:
        """Vrai tant que le serveur tourne."""
        return self._superviseur.poll() is None

    def attendre(self, delai_s: float) -> int:
        """Attend la fin du programme; rend son code de sortie (négatif : un signal)."""
        code = self._superviseur.wait(timeout=delai_s)
        self.arreter()
        return code

    def demander_arret(self) -> None:
        """Demande l'arrêt sans attendre : plusieurs serveurs s'arrêtent ainsi en même temps."""
        tube = self._superviseur.stdin
        if tube is not None and not tube.closed:
            with suppress(BrokenPipeError):
                tube.close()

    def arreter(self, *, garder_dossier: bool = False, delai_s: float = 30.0) -> None:
        """Arrête le serveur et attend sa fin; `garder_dossier` en vue d'un redémarrage."""
        tube = self._superviseur.stdin
        if garder_dossier and tube is not None and not tube.closed:
            with suppress(BrokenPipeError):
                os.write(tube.fileno(), ARRETER_SANS_EFFACER)
        self.demander_arret()
        self._superviseur.wait(timeout=delai_s)
