"""La chaîne d'audit, refaite sans cesse et à petit pas : une ligne changée se voit seule."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from socle.bd.moteur import Moteur
from socle.execution.sceaux import Verification, parcourir
from socle.exploitation.mesures import Mesures

PAS: Final = 30.0
"""Secondes entre deux lots de cent sceaux : au plus gros de la journée, un sceau naît aux cinq."""


@dataclass(slots=True)
class VeilleAudit:
    """Refait un lot de la chaîne à chaque tour; au bout, ou rompue, elle reprend du début.

    `sbg_audit_rompu` dit 1 dès une rupture, et jusqu'à ce qu'un parcours entier n'en trouve plus.
    """

    moteur: Moteur
    mesures: Mesures
    _parcours: AsyncIterator[Verification] | None = field(default=None)
    _rompu: bool = field(default=False)

    async def faire(self) -> int:
        """Un tour; rend zéro : le suivant attend sa cadence."""
        if self._parcours is None:
            self._parcours = parcourir(self.moteur)
        try:
            avance = await anext(self._parcours)
        except StopAsyncIteration:
            self._parcours, self._rompu = None, False
            self.mesures.audit_tour.set_to_current_time()
        except BaseException:
            self._parcours = None
            raise
        else:
            self._voir(avance)
        self.mesures.audit_rompu.set(self._rompu)
        return 0

    def _voir(self, avance: Verification) -> None:
        if avance.rupture is not None:
            # Un parcours rompu ne va pas plus loin : le reprendre dira si on l'a réparé.
            self._parcours, self._rompu = None, True
