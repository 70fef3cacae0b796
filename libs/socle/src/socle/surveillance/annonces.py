"""L'entretien annoncé, tel que la base le garde : relu de loin en loin, jamais par appel."""

from dataclasses import dataclass, field
from typing import Final

import structlog

from noyau import Horloge
from socle.bd.entretien import ANNONCE, Annonce, annonce_lue
from socle.bd.moteur import Moteur
from socle.exploitation.arret import Arret
from socle.horloge import horloge_systeme

journal = structlog.get_logger()
CADENCE: Final = 15.0
"""Secondes entre deux lectures : ce qu'une annonce met, au plus, à se voir."""


@dataclass(slots=True)
class AnnonceSuivie:
    """Ce qu'un processus sait de l'entretien annoncé; passé, il s'efface de lui-même."""

    moteur: Moteur
    horloge: Horloge = horloge_systeme
    _lue: Annonce | None = field(default=None, init=False)

    def en_vigueur(self) -> Annonce | None:
        """L'entretien annoncé, à venir ou en cours; rien sinon."""
        lue = self._lue
        return lue if lue is not None and lue.fin > self.horloge() else None

    async def relire(self) -> None:
        """Relit la base."""
        async with self.moteur.emprunter() as connexion:
            dite = await connexion.pilote.fetchval("SELECT current_setting($1, true)", ANNONCE)
        self._lue = annonce_lue(dite)

    async def suivre(self, arret: Arret) -> None:
        """Relit jusqu'à l'arrêt; tant que la base ne répond pas, ce qu'elle a dit tient."""
        while not arret.demande:
            try:
                await self.relire()
            except Exception as erreur:  # noqa: BLE001 -- une annonce illisible n'arrête pas l'API
                journal.warning("entretien.annonce_non_lue", erreur=type(erreur).__name__)
            await arret.attendre(CADENCE)
