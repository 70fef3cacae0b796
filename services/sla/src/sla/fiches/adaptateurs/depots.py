"""Les fiches sur PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.base import VERROU_FICHES
from sla.fiches.adaptateurs import conversion
from sla.fiches.adaptateurs.tables import fiches
from sla.fiches.domaine import Fiche, Fiches
from socle.bd.copies import Copie

_COPIE = Copie(fiches)
_TOUTES = select(fiches)
_PARTAGER = text("SELECT pg_advisory_xact_lock_shared(:espace, 0)")
_RESERVER = text("SELECT pg_advisory_xact_lock(:espace, 0)")


class FichesSql:
    """Les versions de fiches, avec leurs indicateurs."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def synchroniser(self, versions: Sequence[Fiche]) -> None:
        await _COPIE.synchroniser(self._connexion, list(map(conversion.ligne_de_fiche, versions)))
        # Les rejeux en cours les ignorent : on les attend, pour marquer ensuite ce qu'ils écrivent.
        await self._connexion.execute(_RESERVER, {"espace": VERROU_FICHES})

    async def tenir(self) -> None:
        await self._connexion.execute(_PARTAGER, {"espace": VERROU_FICHES})

    async def toutes(self) -> Fiches:
        return Fiches.de(map(conversion.fiche, await self._connexion.execute(_TOUTES)))
