"""Les histoires sur PostgreSQL."""

from collections.abc import Collection, Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.base import VERROU_DEMANDE
from sla.histoires.adaptateurs import conversion
from sla.histoires.adaptateurs.tables import histoires
from sla.histoires.domaine import EpisodeDe, Histoire

# Dans l'ordre, pour que deux lots qui se recoupent ne s'attendent pas l'un l'autre.
_TENIR = text(
    "SELECT pg_advisory_xact_lock(:espace, cle)"
    " FROM (SELECT DISTINCT hashtext(id) AS cle"
    "       FROM unnest(CAST(:demandes AS text[])) AS id ORDER BY cle) AS cles"
)
_AJOUTER = insert(histoires).on_conflict_do_nothing()
_CHARGER = (
    select(histoires)
    .where(histoires.c.demande_id == any_(bindparam("demandes", type_=ARRAY(Uuid))))
    .order_by(histoires.c.demande_id, histoires.c.organisme)
)
_DEMANDE = attrgetter("demande_id", "organisme")


class HistoiresSql:
    """Les épisodes, un par événement reçu."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        await self._connexion.execute(_AJOUTER, list(map(conversion.ligne_d_episode, episodes)))

    async def tenir(self, demandes: Collection[UUID]) -> None:
        cles = {"espace": VERROU_DEMANDE, "demandes": [str(d) for d in demandes]}
        await self._connexion.execute(_TENIR, cles)

    async def charger(self, demandes: Collection[UUID]) -> Sequence[Histoire]:
        lignes = await self._connexion.execute(_CHARGER, {"demandes": list(demandes)})
        return [
            Histoire.de(demande, organisme, map(conversion.episode, siennes))
            for (demande, organisme), siennes in groupby(lignes, key=_DEMANDE)
        ]
