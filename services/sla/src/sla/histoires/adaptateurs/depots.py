"""Les histoires sur PostgreSQL."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.base import VERROU_DEMANDE
from sla.histoires.adaptateurs import conversion
from sla.histoires.adaptateurs.tables import histoires, rectifications
from sla.histoires.domaine import EpisodeDe, Histoire, RectificationDe
from socle.bd.conversion import Ligne

# Dans l'ordre, pour que deux lots qui se recoupent ne s'attendent pas l'un l'autre.
_TENIR = text(
    "SELECT pg_advisory_xact_lock(:espace, cle)"
    " FROM (SELECT DISTINCT hashtext(id) AS cle"
    "       FROM unnest(CAST(:demandes AS text[])) AS id ORDER BY cle) AS cles"
)
_AJOUTER = insert(histoires).on_conflict_do_nothing()
_RECTIFIER = insert(rectifications).on_conflict_do_nothing()
_SIENNES = and_(
    rectifications.c.demande_id == histoires.c.demande_id,
    rectifications.c.organisme == histoires.c.organisme,
    rectifications.c.acte_id == histoires.c.evenement_id,
)
# Une ligne par épisode, répétée pour chacune de ses rectifications : une seule lecture.
_CHARGER = (
    select(histoires, rectifications.c.rang, rectifications.c.survenu_le.label("rectifie_le"))
    .outerjoin_from(histoires, rectifications, _SIENNES)
    .where(histoires.c.demande_id == any_(bindparam("demandes", type_=ARRAY(Uuid))))
    .order_by(histoires.c.demande_id, histoires.c.organisme)
)
_DEMANDE = attrgetter("demande_id", "organisme")


class HistoiresSql:
    """Les épisodes et leurs rectifications, une ligne par événement reçu."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        await self._inserer(_AJOUTER, map(conversion.ligne_d_episode, episodes))

    async def rectifier(self, recues: Sequence[RectificationDe]) -> None:
        await self._inserer(_RECTIFIER, map(conversion.ligne_de_rectification, recues))

    async def _inserer(self, ajout: Insert, lignes: Iterable[dict[str, object]]) -> None:
        if valeurs := list(lignes):
            await self._connexion.execute(ajout, valeurs)

    async def tenir(self, demandes: Collection[UUID]) -> None:
        cles = {"espace": VERROU_DEMANDE, "demandes": [str(d) for d in demandes]}
        await self._connexion.execute(_TENIR, cles)

    async def charger(self, demandes: Collection[UUID]) -> Sequence[Histoire]:
        lignes = await self._connexion.execute(_CHARGER, {"demandes": list(demandes)})
        return [
            _histoire(demande, organisme, list(siennes))
            for (demande, organisme), siennes in groupby(lignes, key=_DEMANDE)
        ]


def _histoire(demande_id: UUID, organisme: str, lignes: Sequence[Ligne]) -> Histoire:
    justes = [conversion.rectification(ligne) for ligne in lignes if ligne.rang is not None]
    return Histoire.de(demande_id, organisme, map(conversion.episode, lignes), justes)
