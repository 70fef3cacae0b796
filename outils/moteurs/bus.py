"""Bus embarqué : la grappe simulée de librdkafka (roue `confluent-kafka`), dans son processus.

Elle parle le protocole Kafka mais garde peu : quatre partitions par sujet, créé à la première
demande, environ 5 Mo par partition, rien sur disque, et un seul membre par groupe. Elle éprouve
le protocole, pas la durabilité : rééquilibrages, redémarrages et rejeu demandent le vrai Kafka.
"""

import select
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from outils.moteurs.processus import MoteurIndisponible

DELAI_DEMARRAGE_S = 20.0
GRAPPE = Path(__file__).with_name("grappe.py")


def version_embarquee() -> str:
    """Version de la roue confluent-kafka, dont librdkafka porte la grappe simulée."""
    return version("confluent-kafka")


class BusEmbarque:
    """Un bus embarqué sur un port libre de 127.0.0.1. Gestionnaire de contexte.

    Son processus lit la fin de son entrée standard : il meurt avec nous, même d'un `kill -9`.
    """

    def __init__(self) -> None:
        self._processus: subprocess.Popen[bytes] | None = None
        self.bootstrap = ""

    def demarrer(self) -> Self:
        """Démarre la grappe et retient son adresse (`bootstrap`).

        Raises:
            MoteurIndisponible: la grappe n'a pas donné d'adresse.
        """
        self._processus = subprocess.Popen(
            [sys.executable, str(GRAPPE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C s'adresse à nous : le bus doit nous survivre
        )
        sortie = self._processus.stdout
        if sortie is not None and select.select([sortie], [], [], DELAI_DEMARRAGE_S)[0]:
            self.bootstrap = sortie.readline().decode().strip()
        if not self.bootstrap:
            self.fermer()
            raise MoteurIndisponible(
                "Le bus embarqué n'a pas démarré (roue confluent-kafka absente?)."
            )
        return self

    def fermer(self) -> None:
        """Arrête la grappe; tout ce qu'elle gardait est perdu."""
        if self._processus is not None:
            self._processus.communicate()
            self._processus, self.bootstrap = None, ""

    def __enter__(self) -> Self:
        return self.demarrer()

    def __exit__(
        self,
        sorte: type[BaseException] | None,
        erreur: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.fermer()
