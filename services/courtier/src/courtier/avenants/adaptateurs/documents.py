"""Les documents mêmes des contrats et des avenants, par leur empreinte (CI-23)."""

from collections.abc import Sequence
from dataclasses import dataclass

from courtier.avenants.adaptateurs.vues import PRISES
from courtier.pieces.domaine import Prise
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet


@dataclass(frozen=True, slots=True)
class DocumentsPreparesSql:
    """Tient `pieces.ports.DocumentsPrepares`."""

    connexion: Connexion

    async def prises(self, organisme: str, empreinte: str) -> Sequence[Prise]:
        vise = {"organisme": organisme, "empreinte": empreinte}
        lues = await self.connexion.lignes(PRISES, vise)
        return [objet(Prise, ligne, prepare=True) for ligne in lues]
