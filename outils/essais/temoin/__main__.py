"""Le témoin en processus : `python -m outils.essais.temoin api | consommateur | relais | migrer`.

`SBG_ESSAI_NOM` et `SBG_ESSAI_ORDRE` l'isolent; `SBG_ESSAI_CORRIGE` lui fait lire les
poisons. `SBG_ESSAI_MORT=avant_commit:7` le tue (SIGKILL) au septième passage du point;
`SBG_ESSAI_GEL` l'y fige (SIGSTOP). Ces variables ne sont lues qu'ici, jamais par le produit.
"""

import os
import signal
from collections.abc import Callable

from outils.essais.temoin.service import service_isole
from socle.injection_fautes import POINTS, poser_piege
from socle.lanceur import lancer
from socle.reception import Ordre


def piege(consigne: str, numero: signal.Signals) -> Callable[[str], None]:
    """Le piège de « point:rang », qui s'envoie ce signal; `ValueError` si le point n'existe pas."""
    voulu, _, rang = consigne.partition(":")
    if voulu not in POINTS:
        raise ValueError(f"« {voulu} » n'est pas un point : {', '.join(POINTS)}.")
    restants = int(rang or "1")

    def frapper(nom: str) -> None:
        nonlocal restants
        if nom != voulu:
            return
        restants -= 1
        if restants == 0:
            os.kill(os.getpid(), numero)

    return frapper


if __name__ == "__main__":
    for variable, numero in (("MORT", signal.SIGKILL), ("GEL", signal.SIGSTOP)):
        if consigne := os.environ.get(f"SBG_ESSAI_{variable}"):
            poser_piege(piege(consigne, numero))
    lancer(
        service_isole(
            os.environ.get("SBG_ESSAI_NOM", "temoin"),
            Ordre(os.environ.get("SBG_ESSAI_ORDRE", "strict")),
            corrige="SBG_ESSAI_CORRIGE" in os.environ,
        )
    )
