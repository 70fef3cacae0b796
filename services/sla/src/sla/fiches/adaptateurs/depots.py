"""Les fiches sur PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.base import VERROU_FICHES
from sla.fiches.adaptateurs import conversion
from sla.fiches.adaptateurs.tables import fiches, retraits
from sla.fiches.domaine import Fiche, Fiches, VersionRetiree
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_FICHES, _RETRAITS = Copie(fiches), Copie(retraits)
_TOUTES, _TOUS = select(fiches), select(retraits)
_PARTAGER = text("SELECT pg_advisory_xact_lock_shared(:espace, 0)")
_RESERVER = text("SELECT pg_advisory_xact_lock(:espace, 0)")


class FichesSql:
    """Les versions de fiches, avec leurs indicateurs, et les retraits."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def synchroniser(self, versions: Sequence[Fiche]) -> None:
        lignes = list(map(conversion.ligne_de_fiche, versions))
        await _FICHES.synchroniser(self._connexion, lignes)

    async def retirer(self, retirees: Sequence[VersionRetiree]) -> None:
        await _RETRAITS.synchroniser(self._connexion, list(map(colonnes, retirees)))

    async def reserver(self) -> None:
        await self._connexion.execute(_RESERVER, {"espace": VERROU_FICHES})

    async def tenir(self) -> None:
        await self._connexion.execute(_PARTAGER, {"espace": VERROU_FICHES})

    async def toutes(self) -> Fiches:
        retirees = [objet(VersionRetiree, ligne) for ligne in await self._connexion.execute(_TOUS)]
        versions = map(conversion.fiche, await self._connexion.execute(_TOUTES))
        return Fiches.de(versions, retirees)
