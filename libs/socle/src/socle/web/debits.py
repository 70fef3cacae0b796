"""Le débit permis à chacun : un seau de jetons par sujet, et par adresse qu'on n'a pu reconnaître.

La limite vaut par processus. Un sujet qui la passe attend (429, Retry-After) sans ralentir les
autres; une adresse qui présente des jetons refusés aussi, mais pas ceux, derrière le même
mandataire, dont le jeton est bon.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from prometheus_client import Counter

from socle.reglages import ReglagesDebit
from socle.web.problemes import Probleme

SEAUX_GARDES: Final = 20_000
"""Combien de sujets, et d'adresses, un processus suit à la fois; le plus ancien vu s'oublie."""


@dataclass(slots=True)
class Seaux:
    """Des seaux de jetons : chacun se remplit de `par_seconde`, jusqu'à `rafale`."""

    par_seconde: float
    rafale: int
    gardes: int = SEAUX_GARDES
    temps: Callable[[], float] = time.monotonic
    _seaux: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def attente(self, cle: str) -> float:
        """Prend un jeton, et rend 0; s'il n'y en a pas, les secondes avant le prochain."""
        maintenant = self.temps()
        reste, vu = self._seaux.pop(cle, (float(self.rafale), maintenant))
        reste = min(self.rafale, reste + (maintenant - vu) * self.par_seconde)
        pris = reste >= 1
        self._seaux[cle] = reste - pris, maintenant
        if len(self._seaux) > self.gardes:
            self._seaux.popitem(last=False)
        return 0.0 if pris else (1 - reste) / self.par_seconde


class Debits:
    """Les limites d'une application."""

    def __init__(self, reglages: ReglagesDebit, freines: Counter | None = None) -> None:
        self._sujets = Seaux(reglages.par_seconde, reglages.rafale)
        self._adresses = Seaux(reglages.refus_par_seconde, reglages.refus_rafale)
        self._freines = freines

    def compter(self, appelant: str) -> None:
        """Compte un appel reconnu; lève `Probleme` 429 au-delà du débit permis."""
        self._exiger(self._sujets.attente(appelant))

    def compter_refus(self, adresse: str) -> None:
        """Compte un appel au jeton ou à la signature refusés; lève `Probleme` 429 de même."""
        self._exiger(self._adresses.attente(adresse))

    def _exiger(self, attente: float) -> None:
        if attente > 0:
            if self._freines is not None:
                self._freines.inc()
            raise Probleme(429, Retry_After=str(ceil(attente)))
