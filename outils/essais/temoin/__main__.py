"""Le témoin en processus : `python -m outils.essais.temoin api | consommateur | relais | migrer`.

`SBG_ESSAI_NOM` et `SBG_ESSAI_ORDRE` l'isolent; `SBG_ESSAI_CORRIGE` lui fait lire les
poisons. `SBG_ESSAI_MORT=avant_commit:7` le tue (SIGKILL) au septième passage du point. Ces
variables ne sont lues qu'ici, jamais par le produit.
"""

import os
import signal
from collections.abc import Callable

from outils.essais.temoin.service import service_isole
from socle.bus import Ordre
from socle.lanceur import lancer
from socle.points import POINTS, poser_piege


def piege_mortel(consigne: str) -> Callable[[str], None]:
    """Le piège de « point:rang »; lève `ValueError` si le point n'existe pas."""
    voulu, _, rang = consigne.partition(":")
    if voulu not in POINTS:
        raise ValueError(f"« {voulu} » n'est pas un point : {', '.join(POINTS)}.")
    restants = int(rang or "1")

    def piege(nom: str) -> None:
        nonlocal restants
        if nom != voulu:
            return
        restants -= 1
        if restants == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return piege


if __name__ == "__main__":
    if consigne := os.environ.get("SBG_ESSAI_MORT"):
        poser_piege(piege_mortel(consigne))
    lancer(
        service_isole(
            os.environ.get("SBG_ESSAI_NOM", "temoin"),
            Ordre(os.environ.get("SBG_ESSAI_ORDRE", "strict")),
            corrige="SBG_ESSAI_CORRIGE" in os.environ,
        )
    )
